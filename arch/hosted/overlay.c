/*
 * overlay.c: a second cpio archive (newc) with the host's files of --add and the script. The file data is aligned to
 * pages by NULs after the name, as in the initfs itself, so that it can be mapped.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"

#define HEADER_BYTES 110

struct archive {
    FILE *out;
    uint64_t offset;
    uint32_t inode;
};

static void put(struct archive *a, const void *data, size_t bytes)
{
    if (bytes && fwrite(data, 1, bytes, a->out) != bytes)
        host_fail("out of memory for the files of --add");
    a->offset += bytes;
}

static void pad_to(struct archive *a, uint64_t multiple)
{
    static const uint8_t zeros[64];
    while (a->offset % multiple) {
        uint64_t left = multiple - a->offset % multiple;
        put(a, zeros, left < sizeof(zeros) ? left : sizeof(zeros));
    }
}

static void put_header(struct archive *a, const char *name, uint32_t mode, int64_t mtime,
                       uint64_t bytes)
{
    size_t name_bytes = strlen(name) + 1;
    if (bytes > UINT32_MAX)
        host_fail("%s is too large for --add (4 GiB and more)", name);
    if (S_ISREG(mode) && bytes) {
        uint64_t data = PAGE_ROUND_UP(a->offset + HEADER_BYTES + name_bytes);
        name_bytes = data - a->offset - HEADER_BYTES;
    }
    char header[HEADER_BYTES + 1];
    snprintf(header, sizeof(header), "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
             ++a->inode, mode, 0, 0, 1, (uint32_t)mtime, (uint32_t)bytes, 0, 0, 0, 0,
             (uint32_t)name_bytes, 0);
    uint64_t end = a->offset + HEADER_BYTES + name_bytes;
    put(a, header, HEADER_BYTES);
    put(a, name, strlen(name));
    static const uint8_t zeros[DYAD_PAGE_SIZE];
    while (a->offset < end)
        put(a, zeros, end - a->offset < sizeof(zeros) ? end - a->offset : sizeof(zeros));
    pad_to(a, 4);
}

static void put_file(struct archive *a, const char *name, const char *source, const struct stat *st)
{
    put_header(a, name, st->st_mode, st->st_mtime, (uint64_t)st->st_size);
    int fd = open(source, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        host_fail("--add %s: %s", source, strerror(errno));
    uint8_t buffer[65536];
    uint64_t left = (uint64_t)st->st_size;
    while (left) {
        ssize_t n = read(fd, buffer, left < sizeof(buffer) ? left : sizeof(buffer));
        if (n <= 0)
            host_fail("--add %s: %s", source, n ? strerror(errno) : "it shrank while it was read");
        put(a, buffer, (size_t)n);
        left -= (uint64_t)n;
    }
    close(fd);
    pad_to(a, 4);
}

static void put_link(struct archive *a, const char *name, const char *source, const struct stat *st)
{
    char target[PATH_MAX];
    ssize_t n = readlink(source, target, sizeof(target));
    if (n < 0)
        host_fail("--add %s: %s", source, strerror(errno));
    put_header(a, name, st->st_mode, st->st_mtime, (uint64_t)n);
    put(a, target, (size_t)n);
    pad_to(a, 4);
}

static char *join(const char *folder, const char *name)
{
    char *path;
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        host_fail("out of memory");
    return path;
}

static void put_tree(struct archive *a, const char *name, const char *source, bool follow);

static void put_folder(struct archive *a, const char *name, const char *source,
                       const struct stat *st)
{
    put_header(a, name, st->st_mode, st->st_mtime, 0);
    struct dirent **items;
    int count = scandir(source, &items, NULL, alphasort);
    if (count < 0)
        host_fail("--add %s: %s", source, strerror(errno));
    for (int i = 0; i < count; i++) {
        const char *item = items[i]->d_name;
        if (strcmp(item, ".") != 0 && strcmp(item, "..") != 0) {
            char *inner_name = join(name, item), *inner_source = join(source, item);
            put_tree(a, inner_name, inner_source, false);
            free(inner_name);
            free(inner_source);
        }
        free(items[i]);
    }
    free(items);
}

/* Sockets, devices and pipes are left out: they mean nothing inside. */
static void put_tree(struct archive *a, const char *name, const char *source, bool follow)
{
    struct stat st;
    if ((follow ? stat : lstat)(source, &st) != 0)
        host_fail("--add %s: %s", source, strerror(errno));
    if (S_ISREG(st.st_mode))
        put_file(a, name, source, &st);
    else if (S_ISDIR(st.st_mode))
        put_folder(a, name, source, &st);
    else if (S_ISLNK(st.st_mode))
        put_link(a, name, source, &st);
}

/* The last component of the path once links and dots are resolved: --add . has a name as well. */
static char *base_name(const char *path)
{
    char *plain = strdup(path);
    size_t length = plain ? strlen(plain) : 0;
    while (length > 1 && plain[length - 1] == '/')
        plain[--length] = '\0';
    const char *slash = plain ? strrchr(plain, '/') : NULL;
    const char *last = slash ? slash + 1 : plain;
    if (!last || !*last || strcmp(last, ".") == 0 || strcmp(last, "..") == 0) {
        free(plain);
        plain = realpath(path, NULL);
        if (!plain)
            host_fail("--add %s: %s", path, strerror(errno));
        last = strrchr(plain, '/') + 1;
    }
    char *name = strdup(*last ? last : "root");
    free(plain);
    return name ? name : (char *)host_allocate(1);
}

static void put_script(struct archive *a, const char *script)
{
    struct stat st;
    if (stat(script, &st) != 0)
        host_fail("%s: %s", script, strerror(errno));
    if (!S_ISREG(st.st_mode))
        host_fail("%s is not a file; to run a command use -c", script);
    char *base = base_name(script);
    char *name = join("host/.script", base);
    put_header(a, "host/.script", S_IFDIR | 0755, st.st_mtime, 0);
    put_file(a, name, script, &st);
    free(name);
    free(base);
}

void overlay_make(const struct host_options *options, uint8_t **data, size_t *bytes)
{
    *data = NULL;
    *bytes = 0;
    if (options->add_count == 0 && !options->script)
        return;
    struct archive a = {.out = open_memstream((char **)data, bytes)};
    if (!a.out)
        host_fail("out of memory");
    for (unsigned i = 0; i < options->add_count; i++) {
        char *base = base_name(options->add[i]);
        char *name = join("host", base);
        put_tree(&a, name, options->add[i], true);
        free(name);
        free(base);
    }
    if (options->script)
        put_script(&a, options->script);
    put_header(&a, "TRAILER!!!", 0, 0, 0);
    if (fclose(a.out) != 0)
        host_fail("out of memory");
}
