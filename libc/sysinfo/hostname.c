/* hostname.c: the host's name is a file. */
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>
#include "internal/files.h"

static const char hostname_file[] = "/etc/hostname";

int gethostname(char *buf, size_t size)
{
    char name[HOST_NAME_MAX + 1] = "dyad";
    int64_t handle = __path_open(AT_FDCWD, hostname_file, FILE_READ, 0);
    if (handle >= 0) {
        int64_t n = __handle_read((handle_t)handle, name, sizeof name - 1, -1);
        dyad_handle_close((handle_t)handle);
        if (n > 0)
            name[n] = 0;
        name[strcspn(name, "\n")] = 0;
    }
    size_t len = strlen(name);
    if (len >= size)
        return (int)__result(-ERR_NAMETOOLONG);
    memcpy(buf, name, len + 1);
    return 0;
}

int sethostname(const char *name, size_t size)
{
    if (size > HOST_NAME_MAX)
        return (int)__result(-ERR_INVAL);
    int64_t handle =
        __path_open(AT_FDCWD, hostname_file, FILE_WRITE | FILE_CREATE | FILE_TRUNC, 0644);
    int64_t result = handle < 0 ? handle : __handle_write((handle_t)handle, name, size, -1);
    if (handle >= 0)
        dyad_handle_close((handle_t)handle);
    return (int)__result(result < 0 ? result : 0);
}

int getdomainname(char *buf, size_t size)
{
    if (size == 0)
        return (int)__result(-ERR_INVAL);
    buf[0] = 0;
    return 0;
}

long gethostid(void)
{
    return 0;
}
