/* fts.h: walk a tree of files, with the interface of the BSDs. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <sys/stat.h>

typedef struct __fts FTS;

typedef struct _ftsent {
    struct _ftsent *fts_cycle; /* the directory above that a FTS_DC is */
    struct _ftsent *fts_parent;
    struct _ftsent *fts_link;           /* the next in the same directory */
    __extension__ long long fts_number; /* the program's own */
    void *fts_pointer;
    char *fts_accpath; /* to be used while the walk stands there */
    char *fts_path;    /* from the root given */
    int fts_errno;     /* of FTS_DNR, FTS_ERR and FTS_NS */
    size_t fts_pathlen, fts_namelen;
    ino_t fts_ino;
    dev_t fts_dev;
    nlink_t fts_nlink;
    int fts_level; /* FTS_ROOTLEVEL: as given */
    int fts_info;
    unsigned fts_flags;
    int fts_instr;
    struct stat *fts_statp;
    char *fts_name;
} FTSENT;

#define FTS_ROOTPARENTLEVEL (-1)
#define FTS_ROOTLEVEL       0

/* Options: */
#define FTS_COMFOLLOW 0x001 /* follow links among the roots */
#define FTS_LOGICAL   0x002 /* follow all links */
#define FTS_NOCHDIR   0x004 /* (the working directory is never changed) */
#define FTS_NOSTAT    0x008 /* (fts_statp is always filled) */
#define FTS_PHYSICAL  0x010 /* links are themselves: so without FTS_LOGICAL */
#define FTS_SEEDOT    0x020 /* . and .. as well */
#define FTS_XDEV      0x040 /* stay on one device */
#define FTS_NAMEONLY  0x100 /* of fts_children */

/* fts_info: */
#define FTS_D       1 /* directory, before what it contains */
#define FTS_DC      2 /* directory that would be walked for ever */
#define FTS_DEFAULT 3 /* something else */
#define FTS_DNR     4 /* directory that cannot be read */
#define FTS_DOT     5 /* . or .. */
#define FTS_DP      6 /* directory, after what it contains */
#define FTS_ERR     7
#define FTS_F       8 /* file */
#define FTS_INIT    9
#define FTS_NS      10 /* no stat */
#define FTS_NSOK    11
#define FTS_SL      12 /* symbolic link */
#define FTS_SLNONE  13 /* symbolic link to nothing */

/* fts_set: */
#define FTS_AGAIN  1
#define FTS_FOLLOW 2
#define FTS_SKIP   4

__BEGIN_DECLS
FTS *fts_open(char *const *__paths, int __options,
              int (*__compare)(const FTSENT **, const FTSENT **));
FTSENT *fts_read(FTS *__fts);
FTSENT *fts_children(FTS *__fts, int __instruction);
int fts_set(FTS *__fts, FTSENT *__entry, int __instruction);
int fts_close(FTS *__fts);
__END_DECLS
