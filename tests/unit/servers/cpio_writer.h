/* cpio_writer.h: writes newc archives for tests; contents start at multiples of 4096, as tools/mkinitfs places them. */
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct cpio_writer {
    char *bytes;
    size_t room, used;
    uint32_t ino, nlink, uid, gid; /* of the next member; nlink 0: 1 */
};

static inline void cpio_add(struct cpio_writer *writer, const char *name, uint32_t mode,
                            const void *data, size_t len)
{
    size_t name_size = strlen(name) + 1, start = writer->used + 110;
    if (len)
        name_size = ((start + name_size + 4095) & ~(size_t)4095) - start;
    char header[111];
    snprintf(header, sizeof(header), "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
             writer->ino, mode, writer->uid, writer->gid, writer->nlink ? writer->nlink : 1, 1000u,
             (unsigned)len, 0u, 0u, 0u, 0u, (unsigned)name_size, 0u);
    memcpy(writer->bytes + writer->used, header, 110);
    memset(writer->bytes + start, 0, name_size);
    memcpy(writer->bytes + start, name, strlen(name));
    writer->used = (start + name_size + 3) & ~(size_t)3;
    if (len)
        memcpy(writer->bytes + writer->used, data, len);
    writer->used = (writer->used + len + 3) & ~(size_t)3;
}

static inline void cpio_end(struct cpio_writer *writer)
{
    cpio_add(writer, "TRAILER!!!", 0, NULL, 0);
    writer->used = (writer->used + 511) & ~(size_t)511;
}
