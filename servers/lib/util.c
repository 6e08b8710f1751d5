/* util.c: permission bits and directory records. */
#include <string.h>

#include "servers/lib/server.h"

bool server_may_access(const struct cred *cred, uint32_t mode, uint32_t uid, uint32_t gid,
                       unsigned want)
{
    unsigned granted;
    if (cred->euid == 0) {
        bool executable = (mode & 0111) || (mode & MODE_TYPE) == MODE_DIR;
        granted = executable ? 7 : 6;
    } else if (cred->euid == uid) {
        granted = mode >> 6;
    } else if (cred->egid == gid) {
        granted = mode >> 3;
    } else {
        granted = mode;
    }
    return (want & ~granted & 7) == 0;
}

bool server_dirents_add(struct server_dirents *out, uint64_t ino, uint64_t cookie, uint32_t type,
                        const char *name, size_t name_len)
{
    size_t size = (sizeof(struct dyad_dirent) + name_len + 7) & ~(size_t)7;
    if (size > out->room - out->used)
        return false;
    struct dyad_dirent header = {.ino = ino,
                                 .cookie = cookie,
                                 .size = (uint16_t)size,
                                 .name_len = (uint16_t)name_len,
                                 .type = type & MODE_TYPE};
    char *record = out->buffer + out->used;
    memset(record, 0, size);
    memcpy(record, &header, sizeof(header));
    memcpy(record + offsetof(struct dyad_dirent, name), name, name_len);
    out->used += size;
    return true;
}
