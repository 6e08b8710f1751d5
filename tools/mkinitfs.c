/*
 * mkinitfs: write the initfs, a reproducible cpio archive (newc) whose file data starts on page
 * boundaries, so that the kernel and the servers can map executables straight from it.
 *
 *     mkinitfs [-C DIR] [-MF DEPFILE] -o OUT MANIFEST...
 *
 * A manifest line is one of
 *     dir  MODE PATH              an empty directory
 *     file MODE PATH SOURCE       one file
 *     tree MODE PATH SOURCE       every file below the folder SOURCE; PATH is the directory; links stay links
 *     link PATH TARGET            a symbolic link
 * where '#' starts a comment, MODE is octal and SOURCE is relative to DIR. Parent directories
 * that no line names are made with mode 755. Everything belongs to 0:0 and has one fixed time.
 *
 * The alignment comes from NULs after the name: c_namesize counts them and readers stop at the first. Files below a page that
 * cannot be executed are not aligned.
 * The last page of a file goes on with the next header: who maps it must copy it if the rest has
 * to be zero.
 */
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PAGE_BYTES = 4096,
    HEADER_BYTES = 110,
    FIXED_TIME = 1735689600, /* 2025-01-01 00:00:00 UTC */
};

struct entry {
    char *path;    /* without the leading slash */
    char *source;  /* host file, or the target of a link; NULL for a directory */
    uint32_t mode; /* with the S_IF* type */
};

struct archive {
    struct entry *entries;
    size_t count, capacity;
    const char *base; /* SOURCE is relative to it */
    FILE *out;
    FILE *deps;
    uint64_t offset;
};

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *format, ...)
{
    va_list args;
    fputs("mkinitfs: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

static void *checked(void *memory)
{
    if (!memory)
        die("out of memory");
    return memory;
}

static char *join(const char *folder, const char *name)
{
    char *path = NULL;
    if (name[0] == '/' || strcmp(folder, ".") == 0)
        return checked(strdup(name));
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        die("out of memory");
    return path;
}

static void add_entry(struct archive *a, const char *path, uint32_t mode, const char *source)
{
    if (path[0] != '/' || path[1] == '\0' || path[strlen(path) - 1] == '/')
        die("'%s' is not an absolute path inside the image", path);
    if (a->count == a->capacity) {
        a->capacity = a->capacity ? 2 * a->capacity : 64;
        a->entries = checked(realloc(a->entries, a->capacity * sizeof *a->entries));
    }
    a->entries[a->count++] = (struct entry){
        .path = checked(strdup(path + 1)),
        .source = source ? checked(strdup(source)) : NULL,
        .mode = mode,
    };
}

static void add_dependency(struct archive *a, const char *path)
{
    if (a->deps)
        fprintf(a->deps, " \\\n  %s", path);
}

static void add_tree(struct archive *a, const char *path, uint32_t mode, const char *source);

/* One file, link or folder of a tree. */
static void add_tree_entry(struct archive *a, const char *path, uint32_t mode, const char *source)
{
    struct stat status;
    char target[512];
    if (lstat(source, &status) < 0)
        die("%s: %s", source, strerror(errno));
    if (S_ISDIR(status.st_mode)) {
        add_tree(a, path, mode, source);
    } else if (S_ISLNK(status.st_mode)) {
        ssize_t n = readlink(source, target, sizeof target - 1);
        if (n <= 0 || (size_t)n == sizeof target - 1)
            die("%s: cannot read the link", source);
        target[n] = '\0';
        add_entry(a, path, S_IFLNK | 0777, target);
    } else {
        add_entry(a, path, S_IFREG | mode, source);
    }
}

static void add_tree(struct archive *a, const char *path, uint32_t mode, const char *source)
{
    DIR *folder = opendir(source);
    struct dirent *item;
    if (!folder)
        die("%s: %s", source, strerror(errno));
    add_dependency(a, source);
    while ((item = readdir(folder)) != NULL) {
        if (item->d_name[0] == '.')
            continue;
        char *from = join(source, item->d_name);
        char *to = join(path, item->d_name);
        add_tree_entry(a, to, mode, from);
        free(from);
        free(to);
    }
    closedir(folder);
}

/* One manifest line, already without its comment. Returns false if it cannot be understood. */
static bool add_line(struct archive *a, char *line)
{
    char *save = NULL;
    char *word[5] = {NULL};
    size_t words = 0;
    for (char *w = strtok_r(line, " \t\n", &save); w; w = strtok_r(NULL, " \t\n", &save)) {
        if (words == 5)
            return false;
        word[words++] = w;
    }
    if (words == 0)
        return true;
    if (strcmp(word[0], "link") == 0 && words == 3) {
        add_entry(a, word[1], S_IFLNK | 0777, word[2]);
        return true;
    }
    if (words < 3)
        return false;
    char *end = NULL;
    uint32_t mode = (uint32_t)strtoul(word[1], &end, 8);
    if (*end || mode > 07777)
        return false;
    if (strcmp(word[0], "dir") == 0 && words == 3) {
        add_entry(a, word[2], S_IFDIR | mode, NULL);
        return true;
    }
    if (words != 4)
        return false;
    char *source = join(a->base, word[3]);
    bool known = true;
    if (strcmp(word[0], "file") == 0)
        add_entry(a, word[2], S_IFREG | mode, source);
    else if (strcmp(word[0], "tree") == 0)
        add_tree(a, word[2], mode, source);
    else
        known = false;
    free(source);
    return known;
}

static void add_manifest(struct archive *a, const char *name)
{
    FILE *file = fopen(name, "r");
    char *line = NULL;
    size_t size = 0;
    if (!file)
        die("%s: %s", name, strerror(errno));
    for (unsigned number = 1; getline(&line, &size, file) >= 0; number++) {
        line[strcspn(line, "#")] = '\0';
        if (!add_line(a, line))
            die("%s:%u: not a manifest line", name, number);
    }
    free(line);
    fclose(file);
}

static int compare_entries(const void *left, const void *right)
{
    return strcmp(((const struct entry *)left)->path, ((const struct entry *)right)->path);
}

static struct entry *find_entry(struct archive *a, const char *path)
{
    for (size_t i = 0; i < a->count; i++) {
        if (strcmp(a->entries[i].path, path) == 0)
            return &a->entries[i];
    }
    return NULL;
}

/* Make the directories that nobody named; each is appended, so its own parents are visited too. */
static void add_parents(struct archive *a)
{
    for (size_t i = 0; i < a->count; i++) {
        char *path = checked(strdup(a->entries[i].path));
        char *slash = strrchr(path, '/');
        if (slash) {
            *slash = '\0';
            struct entry *parent = find_entry(a, path);
            if (parent && !S_ISDIR(parent->mode))
                die("/%s is the parent of another entry, but no directory", path);
            if (!parent) {
                char *absolute = NULL;
                if (asprintf(&absolute, "/%s", path) < 0)
                    die("out of memory");
                add_entry(a, absolute, S_IFDIR | 0755, NULL);
                free(absolute);
            }
        }
        free(path);
    }
}

static void refuse_duplicates(const struct archive *a)
{
    for (size_t i = 1; i < a->count; i++) {
        if (strcmp(a->entries[i - 1].path, a->entries[i].path) == 0)
            die("/%s is in the manifest twice", a->entries[i].path);
    }
}

static void put(struct archive *a, const void *bytes, size_t size)
{
    if (fwrite(bytes, 1, size, a->out) != size)
        die("writing: %s", strerror(errno));
    a->offset += size;
}

static void put_zeros(struct archive *a, size_t size)
{
    static const char zeros[PAGE_BYTES];
    while (size > 0) {
        size_t now = size < sizeof zeros ? size : sizeof zeros;
        put(a, zeros, now);
        size -= now;
    }
}

/* Header and name; with align, the name is padded until the data starts on a page boundary. */
static void put_header(struct archive *a, const char *name, uint32_t inode, uint32_t mode,
                       uint32_t size, bool align)
{
    char header[HEADER_BYTES + 1];
    size_t length = strlen(name) + 1;
    size_t unit = align ? PAGE_BYTES : 4;
    size_t data = a->offset + HEADER_BYTES + length;
    size_t padding = (unit - data % unit) % unit;
    size_t name_bytes = align ? length + padding : length;
    snprintf(header, sizeof header, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
             inode, mode, 0u, 0u, S_ISDIR(mode) ? 2u : 1u, inode ? (unsigned)FIXED_TIME : 0u, size,
             0u, 0u, 0u, 0u, (unsigned)name_bytes, 0u);
    put(a, header, HEADER_BYTES);
    put(a, name, length);
    put_zeros(a, padding);
}

static void put_file(struct archive *a, const struct entry *e, uint32_t inode)
{
    FILE *file = fopen(e->source, "rb");
    struct stat status;
    char buffer[1 << 16];
    if (!file || fstat(fileno(file), &status) < 0)
        die("%s: %s", e->source, strerror(errno));
    if (!S_ISREG(status.st_mode) || status.st_size > UINT32_MAX)
        die("%s: not a regular file below 4 GiB", e->source);
    add_dependency(a, e->source);
    bool align = status.st_size >= PAGE_BYTES || (status.st_size > 0 && (e->mode & 0111));
    put_header(a, e->path, inode, e->mode, (uint32_t)status.st_size, align);
    off_t left = status.st_size;
    while (left > 0) {
        size_t want = left < (off_t)sizeof buffer ? (size_t)left : sizeof buffer;
        size_t got = fread(buffer, 1, want, file);
        if (got != want)
            die("%s changed while it was read", e->source);
        put(a, buffer, got);
        left -= (off_t)got;
    }
    fclose(file);
    put_zeros(a, (4 - a->offset % 4) % 4);
}

static void put_entry(struct archive *a, const struct entry *e, uint32_t inode)
{
    if (S_ISREG(e->mode)) {
        put_file(a, e, inode);
        return;
    }
    size_t length = S_ISLNK(e->mode) ? strlen(e->source) : 0;
    put_header(a, e->path, inode, e->mode, (uint32_t)length, false);
    put(a, e->source ? e->source : "", length);
    put_zeros(a, (4 - a->offset % 4) % 4);
}

static FILE *open_output(const char *name)
{
    FILE *file = fopen(name, "wb");
    if (!file)
        die("%s: %s", name, strerror(errno));
    return file;
}

static void write_archive(struct archive *a, const char *name)
{
    a->out = open_output(name);
    for (size_t i = 0; i < a->count; i++)
        put_entry(a, &a->entries[i], (uint32_t)i + 1);
    put_header(a, "TRAILER!!!", 0, 0, 0, false);
    put_zeros(a, (PAGE_BYTES - a->offset % PAGE_BYTES) % PAGE_BYTES);
    if (fclose(a->out) != 0)
        die("%s: %s", name, strerror(errno));
}

int main(int argc, char **argv)
{
    struct archive a = {.base = "."};
    const char *out = NULL, *deps = NULL;
    int i = 1;
    for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
        if (strcmp(argv[i], "-C") == 0)
            a.base = argv[i + 1];
        else if (strcmp(argv[i], "-o") == 0)
            out = argv[i + 1];
        else if (strcmp(argv[i], "-MF") == 0)
            deps = argv[i + 1];
        else
            die("unknown option %s", argv[i]);
    }
    if (!out || i == argc)
        die("usage: mkinitfs [-C DIR] [-MF DEPFILE] -o OUT MANIFEST...");
    if (deps) {
        a.deps = open_output(deps);
        fprintf(a.deps, "%s:", out);
    }
    for (; i < argc; i++)
        add_manifest(&a, argv[i]);
    add_parents(&a);
    if (a.count == 0)
        die("the manifest is empty");
    qsort(a.entries, a.count, sizeof *a.entries, compare_entries);
    refuse_duplicates(&a);
    write_archive(&a, out);
    if (a.deps) {
        fputc('\n', a.deps);
        fclose(a.deps);
    }
    for (size_t n = 0; n < a.count; n++) {
        free(a.entries[n].path);
        free(a.entries[n].source);
    }
    free(a.entries);
    return 0;
}
