/*
 * fts.c: walk a tree of files. The working directory is never changed: fts_accpath is fts_path. An entry is valid until the walk goes on
 * from it, a directory until it has been visited a second time.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FTS_OPTIONS 0x17f

struct __fts {
    FTSENT *
        current; /* what fts_read gave last; before that, an entry whose fts_link is the first root */
    FTSENT *children; /* of current, when they have been read already */
    FTSENT *spent;    /* left behind, freed when the walk goes on */
    FTSENT above;     /* the parent of the roots */
    dev_t device;     /* of the root being walked */
    int options;
    int (*compare)(const FTSENT **, const FTSENT **);
};

/* ---- Entries ---- */

static FTSENT *entry_new(FTSENT *parent, const char *name, size_t name_len)
{
    bool root = parent->fts_level == FTS_ROOTPARENTLEVEL;
    size_t prefix = root ? 0 : parent->fts_pathlen;
    bool slash = !root && (prefix == 0 || parent->fts_path[prefix - 1] != '/');
    size_t path_len = prefix + slash + name_len;
    FTSENT *entry = calloc(1, sizeof *entry + sizeof(struct stat) + path_len + 1 + name_len + 1);
    if (!entry)
        return NULL;
    entry->fts_statp = (struct stat *)(entry + 1);
    entry->fts_path = entry->fts_accpath = (char *)(entry->fts_statp + 1);
    entry->fts_name = entry->fts_path + path_len + 1;
    if (!root)
        memcpy(entry->fts_path, parent->fts_path, prefix);
    if (slash)
        entry->fts_path[prefix] = '/';
    memcpy(entry->fts_path + prefix + slash, name, name_len);
    memcpy(entry->fts_name, name, name_len);
    entry->fts_pathlen = path_len;
    entry->fts_namelen = name_len;
    entry->fts_parent = parent;
    entry->fts_level = parent->fts_level + 1;
    return entry;
}

static void free_list(FTSENT *entry)
{
    while (entry) {
        FTSENT *next = entry->fts_link;
        free(entry);
        entry = next;
    }
}

static bool is_dot(const char *name)
{
    return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
}

/* Is one of the directories above the same? */
static bool closes_circle(FTSENT *entry)
{
    for (FTSENT *up = entry->fts_parent; up->fts_level >= FTS_ROOTLEVEL; up = up->fts_parent) {
        if (up->fts_ino == entry->fts_ino && up->fts_dev == entry->fts_dev) {
            entry->fts_cycle = up;
            return true;
        }
    }
    return false;
}

static int kind_of(FTSENT *entry)
{
    if (S_ISDIR(entry->fts_statp->st_mode)) {
        if (entry->fts_level > FTS_ROOTLEVEL && is_dot(entry->fts_name))
            return FTS_DOT;
        return closes_circle(entry) ? FTS_DC : FTS_D;
    }
    return S_ISLNK(entry->fts_statp->st_mode)   ? FTS_SL
           : S_ISREG(entry->fts_statp->st_mode) ? FTS_F
                                                : FTS_DEFAULT;
}

/* Fills in what stat says, and fts_info. */
static void look(const FTS *fts, FTSENT *entry, bool follow)
{
    struct stat *st = entry->fts_statp;
    bool root = entry->fts_level == FTS_ROOTLEVEL;
    entry->fts_errno = 0;
    follow = follow || (fts->options & FTS_LOGICAL) || (root && (fts->options & FTS_COMFOLLOW));
    bool known = (follow ? stat(entry->fts_path, st) : lstat(entry->fts_path, st)) == 0;
    if (!known && follow && lstat(entry->fts_path, st) == 0 && S_ISLNK(st->st_mode)) {
        entry->fts_info = FTS_SLNONE;
        return;
    }
    if (!known) {
        entry->fts_errno = errno;
        entry->fts_info = FTS_NS;
        return;
    }
    entry->fts_ino = st->st_ino;
    entry->fts_dev = st->st_dev;
    entry->fts_nlink = st->st_nlink;
    entry->fts_info = kind_of(entry);
}

static FTSENT *merge(FTSENT *a, FTSENT *b, int (*compare)(const FTSENT **, const FTSENT **))
{
    FTSENT *first = NULL, **link = &first;
    while (a && b) {
        FTSENT **less = compare((const FTSENT **)&a, (const FTSENT **)&b) <= 0 ? &a : &b;
        *link = *less;
        *less = (*less)->fts_link;
        link = &(*link)->fts_link;
    }
    *link = a ? a : b;
    return first;
}

/* Keeps the order of equals. */
static FTSENT *sort(const FTS *fts, FTSENT *list)
{
    if (!fts->compare || !list || !list->fts_link)
        return list;
    FTSENT *middle = list, *end = list->fts_link;
    while (end && end->fts_link) {
        middle = middle->fts_link;
        end = end->fts_link->fts_link;
    }
    FTSENT *second = middle->fts_link;
    middle->fts_link = NULL;
    return merge(sort(fts, list), sort(fts, second), fts->compare);
}

/* ---- Directories ---- */

/* What the directory contains, in order; NULL with errno 0: nothing. */
static FTSENT *read_children(const FTS *fts, FTSENT *parent)
{
    FTSENT *first = NULL, **link = &first;
    DIR *dir = opendir(parent->fts_path);
    if (!dir)
        return NULL;
    struct dirent *record;
    while (errno = 0, (record = readdir(dir))) {
        if (is_dot(record->d_name) && !(fts->options & FTS_SEEDOT))
            continue;
        *link = entry_new(parent, record->d_name, strlen(record->d_name));
        if (!*link)
            break;
        look(fts, *link, false);
        link = &(*link)->fts_link;
    }
    int error = errno;
    closedir(dir);
    if (error) {
        free_list(first);
        first = NULL;
    }
    first = sort(fts, first);
    errno = error;
    return first;
}

/* ---- The walk ---- */

FTS *fts_open(char *const *paths, int options, int (*compare)(const FTSENT **, const FTSENT **))
{
    FTS *fts = NULL;
    if ((options & ~FTS_OPTIONS) || !paths[0])
        errno = EINVAL;
    else
        fts = calloc(1, sizeof *fts);
    if (!fts)
        return NULL;
    fts->options = options;
    fts->compare = compare;
    fts->above.fts_level = FTS_ROOTPARENTLEVEL;
    fts->above.fts_path = "";
    FTSENT *first = NULL, **link = &first;
    for (; *paths; paths++) {
        size_t len = strlen(*paths);
        *link = entry_new(&fts->above, *paths, len);
        if (!*link) {
            free_list(first);
            free(fts);
            return NULL;
        }
        look(fts, *link, false);
        link = &(*link)->fts_link;
    }
    fts->current = entry_new(&fts->above, "", 0);
    if (!fts->current) {
        free_list(first);
        free(fts);
        return NULL;
    }
    fts->current->fts_info = FTS_INIT;
    fts->current->fts_link = sort(fts, first);
    return fts;
}

/* Goes into the directory that the walk stands at. NULL: there is nothing in it, or it cannot be read (FTS_DNR). */
static FTSENT *enter(FTS *fts, FTSENT *dir)
{
    FTSENT *first = fts->children;
    if (!first) {
        errno = 0;
        first = read_children(fts, dir);
        if (!first && errno) {
            dir->fts_errno = errno;
            dir->fts_info = FTS_DNR;
        }
    }
    fts->children = NULL;
    return first;
}

static FTSENT *arrive(FTS *fts, FTSENT *entry)
{
    if (entry->fts_level == FTS_ROOTLEVEL)
        fts->device = entry->fts_dev;
    return fts->current = entry;
}

/* What comes behind an entry that is done with: its neighbour, or its directory once more. */
static FTSENT *leave(FTS *fts, FTSENT *entry)
{
    FTSENT *next = entry->fts_link, *parent = entry->fts_parent;
    entry->fts_link = fts->spent;
    fts->spent = entry;
    if (next)
        return arrive(fts, next);
    if (parent->fts_level == FTS_ROOTPARENTLEVEL) {
        errno = 0;
        return fts->current = NULL;
    }
    parent->fts_info = parent->fts_errno ? FTS_ERR : FTS_DP;
    return fts->current = parent;
}

FTSENT *fts_read(FTS *fts)
{
    FTSENT *entry = fts->current;
    free_list(fts->spent);
    fts->spent = NULL;
    if (!entry)
        return NULL;
    int instruction = entry->fts_instr;
    entry->fts_instr = 0;
    bool link = entry->fts_info == FTS_SL || entry->fts_info == FTS_SLNONE;
    if (instruction == FTS_AGAIN || (instruction == FTS_FOLLOW && link)) {
        look(fts, entry, instruction == FTS_FOLLOW);
        return entry;
    }
    bool foreign = (fts->options & FTS_XDEV) && entry->fts_dev != fts->device;
    if (entry->fts_info != FTS_D || instruction == FTS_SKIP || foreign) {
        free_list(fts->children);
        fts->children = NULL;
        if (entry->fts_info == FTS_D) {
            entry->fts_info = FTS_DP;
            return entry;
        }
        return leave(fts, entry);
    }
    FTSENT *first = enter(fts, entry);
    if (first)
        return arrive(fts, first);
    if (entry->fts_info == FTS_D)
        entry->fts_info = FTS_DP;
    return entry;
}

FTSENT *fts_children(FTS *fts, int instruction)
{
    FTSENT *entry = fts->current;
    if (instruction != 0 && instruction != FTS_NAMEONLY) {
        errno = EINVAL;
        return NULL;
    }
    errno = 0;
    if (!entry || entry->fts_info == FTS_INIT)
        return entry ? entry->fts_link : NULL;
    if (entry->fts_info != FTS_D)
        return NULL;
    if (!fts->children)
        fts->children = read_children(fts, entry);
    return fts->children;
}

int fts_set(FTS *fts, FTSENT *entry, int instruction)
{
    (void)fts;
    if (instruction != 0 && instruction != FTS_AGAIN && instruction != FTS_FOLLOW &&
        instruction != FTS_SKIP) {
        errno = EINVAL;
        return -1;
    }
    entry->fts_instr = instruction;
    return 0;
}

int fts_close(FTS *fts)
{
    FTSENT *entry = fts->current;
    free_list(fts->spent);
    free_list(fts->children);
    while (entry && entry->fts_level > FTS_ROOTPARENTLEVEL) {
        FTSENT *parent = entry->fts_parent;
        free_list(entry);
        entry = parent;
    }
    free(fts);
    return 0;
}
