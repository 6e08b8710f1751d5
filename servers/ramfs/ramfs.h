/*
 * ramfs.h: the root file system, in memory. Nodes, directories, contents, paths; no system calls.
 *
 * Everything that can fail is prepared before the first visible change, so an error leaves the tree as it was.
 */
#pragma once
#include "servers/lib/server.h"

struct ramfs;
struct node;

/* ---- What the process provides (main.c: system calls; a test: plain memory) ------------------ */

/* Memory objects, for contents that are mapped. Handles and byte counts >= 0, or -ERR_*. */
struct ramfs_platform {
    int64_t (*object_create)(void *context, uint64_t size);
    int64_t (*object_read)(void *context, handle_t, void *buffer, size_t len, uint64_t offset);
    int64_t (*object_write)(void *context, handle_t, const void *buffer, size_t len,
                            uint64_t offset);
    int64_t (*object_resize)(void *context, handle_t, uint64_t size);
    int64_t (*object_dup)(void *context, handle_t, uint32_t rights);
    void (*object_close)(void *context, handle_t); /* also of a process's handle */
    void *context;
    /* Is the process of this handle still there? 1, 0 or -ERR_*. NULL: there are no processes to watch, and record locks end
     * with their open file. */
    int64_t (*process_lives)(void *context, handle_t, uint64_t *kid);
};

/* ---- Pages ----------------------------------------------------------------------------------- */

#define PAGE_SIZE 4096u

struct page_pool {
    struct page_chunk *partial; /* chunks with a free page */
};
void *page_alloc(struct page_pool *); /* zeroed, page aligned; NULL: out of memory */
void page_free(struct page_pool *, void *page);

/* ---- Contents of a regular file -------------------------------------------------------------- */

#define FILE_SIZE_MAX (1ull << 62)

/*
 * Layers, from the top: `object` when the file has been mapped (then nothing else); private pages in a radix tree;
 * the read-only image up to base_len; zeros.
 */
struct contents {
    uint64_t size;
    void *tree; /* a page (height 0) or a table of 512 */
    unsigned height;
    uint64_t private_pages; /* in the tree */
    uint64_t covered_pages; /* of them over pages of the image */
    const uint8_t *base;
    uint64_t base_len;    /* never beyond size */
    uint64_t base_offset; /* of base in the image's memory object */
    handle_t object;
    uint64_t object_size; /* a multiple of PAGE_SIZE, at least size */
};

void contents_init(struct contents *);
void contents_free(struct ramfs *, struct contents *);
/* Reads at most len bytes. -> bytes or -ERR_* */
int64_t contents_read(struct ramfs *, const struct contents *, void *buffer, uint64_t offset,
                      size_t len);
/* A pointer to the bytes at offset, *len shortened to what is contiguous, at least 1. NULL: a hole, or mapped contents. */
const void *contents_peek(const struct contents *, uint64_t offset, size_t *len);
/* Extends the file if need be. -> bytes written, or -ERR_* when none were. */
int64_t contents_write(struct ramfs *, struct contents *, const void *data, uint64_t offset,
                       size_t len);
int contents_truncate(struct ramfs *, struct contents *, uint64_t size);
uint64_t contents_pages(const struct contents *);
/* The first offset from this one on that lies in a hole (the end counts as one) or in data; -ERR_NXIO: there is none. */
int64_t contents_seek(const struct contents *, uint64_t offset, bool hole);
/* Moves everything into a memory object, so that mappings and reads agree. */
int contents_to_object(struct ramfs *, struct contents *);

/* ---- Nodes ----------------------------------------------------------------------------------- */

struct dir_entry {
    struct dir_entry *hash_next;
    struct node *node;
    uint64_t cookie;
    uint32_t hash;
    uint16_t name_len;
    char name[];
};

struct directory {
    struct dir_entry **buckets; /* by hash of the name; a power of two */
    size_t bucket_count;
    struct {
        uint64_t cookie;
        struct dir_entry *entry;
    } *order; /* by cookie; entry NULL: removed */
    size_t order_len, order_room;
    size_t count; /* live entries */
    uint64_t next_cookie;
};

struct lock;
struct locker;
struct fifo;

struct node {
    uint64_t ino;
    uint32_t mode, uid, gid, nlink;
    bool tmpfile;  /* it never had a name and may get one */
    uint32_t refs; /* open files and others that keep it alive without a name */
    struct dyad_time atime, mtime, ctime;
    struct node *parent; /* directory of `name`; the root is its own; NULL: no known name */
    struct dir_entry *name;
    struct lock *locks;
    union {
        struct directory dir;
        struct contents file;
        struct {
            char *target;
            size_t len;
        } link;
        struct fifo *fifo; /* while somebody has it open */
        handle_t socket;   /* + 1: what connect gets; 0: nobody behind it */
    };
};

static inline bool node_is(const struct node *node, uint32_t type)
{
    return (node->mode & MODE_TYPE) == type;
}

/* mode with type; a link's target is set by the caller. NULL: -ERR_NOMEM or no space, in *error. nlink is 0. */
struct node *node_create(struct ramfs *, uint32_t mode, uint32_t uid, uint32_t gid, int *error);
void node_hold(struct node *);
/* Frees the node when it has neither names nor users. */
void node_drop(struct ramfs *, struct node *);
/* One name less; frees as node_drop. */
void node_unlink(struct ramfs *, struct node *);
/* Frees without looking at counts (a node that never got a name, or the whole tree at the end). */
void node_destroy(struct ramfs *, struct node *);

#define TOUCH_ATIME 1u
#define TOUCH_MTIME 2u
#define TOUCH_CTIME 4u
void node_touch(struct ramfs *, struct node *, unsigned what);
/* atime after a read, only when it would tell something new (relatime). */
void node_accessed(struct ramfs *, struct node *);
/* Clears set-id bits after a change by somebody other than root. */
void node_clear_setid(struct node *, const struct cred *);
void node_stat(const struct node *, struct dyad_stat *);

/* Accounting against the limit. False: no space. */
bool ramfs_charge(struct ramfs *, uint64_t bytes);
void ramfs_uncharge(struct ramfs *, uint64_t bytes);

/* ---- Directories ----------------------------------------------------------------------------- */

void dir_free(struct ramfs *, struct directory *);
struct dir_entry *dir_find(const struct directory *, const char *name, size_t len);
/* Everything that may fail of adding a name: -ERR_NOMEM, -ERR_NOSPC. Then dir_commit or dir_abandon. */
int dir_prepare(struct ramfs *, struct directory *, const char *name, size_t len,
                struct dir_entry **out);
void dir_abandon(struct ramfs *, struct dir_entry *);
/* Adds the prepared entry as a name of node in the directory; counts links, touches the directory. */
void dir_commit(struct ramfs *, struct node *dir, struct dir_entry *, struct node *node);
/* Removes the name and frees the entry; link counts are the caller's. */
void dir_remove(struct ramfs *, struct node *dir, struct dir_entry *);
/* The first entry with a cookie above `after`, or NULL. */
struct dir_entry *dir_next(const struct directory *, uint64_t after);
#define DIR_COOKIE_FIRST 3u /* 1 and 2 are . and .. */

/* ---- Paths ----------------------------------------------------------------------------------- */

#define WALK_FOLLOW 1u /* a symbolic link at the end is followed */
#define WALK_PARENT \
    2u                /* for making and removing names: it is not, not even with a trailing slash */
#define WALK_EMPTY 4u /* an empty path is the starting directory */

struct walk {
    /* Result: */
    struct node *node;   /* NULL: there is no such name, but its directory is there */
    struct node *parent; /* NULL when the path ends in "/", "." or ".." */
    const char *name;    /* last component, in buffer */
    size_t name_len;
    bool trailing_slash;
    bool dot, dotdot;    /* the path ended in . or .. */
    size_t redirect_len; /* of the new path in buffer, when walk gave -ERR_XDEV */
    /* Work: */
    const struct cred *cred;
    unsigned flags;
    unsigned links;
    char *rest, *end; /* what is still to be walked, at the end of buffer */
    char *redirect;
    char buffer[DYAD_PATH_MAX + 1 + DYAD_SCHEME_NAME_MAX + 16];
};

/* 0 (see node), or -ERR_*. start is borrowed. */
int walk(struct ramfs *, struct walk *, struct node *start, const struct cred *, const char *path,
         size_t len, unsigned flags);

/* ---- The file system and its verbs ----------------------------------------------------------- */

struct ramfs {
    struct server *server;
    const struct ramfs_platform *platform;
    struct node *root;
    uint64_t next_ino;
    uint64_t used, limit; /* bytes */
    uint64_t nodes;
    struct page_pool pages;
    handle_t image;                   /* the initfs object, or HANDLE_NONE; borrowed */
    struct server_queue lock_waiters; /* of all nodes */
    struct lock *locks;               /* of all nodes */
    struct locker *lockers;           /* processes that have or had record locks */
};

/* Makes an empty root and a server on the transport. limit: bytes it may use (UINT64_MAX: all it gets). */
int ramfs_init(struct ramfs *, struct server *, struct transport *, const struct ramfs_platform *,
               uint64_t limit);
void ramfs_fini(struct ramfs *);

/* Adds the files of one or more cpio archives. data must stay; image is its memory object or HANDLE_NONE. */
int ramfs_load(struct ramfs *, const void *data, size_t len, handle_t image);

/* An open file. */
struct ramfs_file {
    struct server_file file;      /* node: struct node, held */
    uint32_t fifo_ends;           /* FILE_READ | FILE_WRITE: what it counts for in its fifo */
    struct ramfs_file *fifo_next; /* in the fifo's list */
};

static inline struct ramfs *request_fs(struct server_request *request)
{
    return request->server->context;
}
static inline struct node *request_node(struct server_request *request)
{
    return request->file->node;
}

/* NULL: out of memory. */
struct ramfs_file *file_create(struct ramfs *, struct node *, uint32_t flags);
void file_release(struct server_file *);

bool may(const struct cred *, const struct node *, unsigned want);
/* May names be added to and removed from the directory? 0 or -ERR_*. */
int dir_may_change(const struct cred *, const struct node *dir);

/* A new node and its entry, both not yet visible. Then dir_commit(fs, walk->parent, entry, node) or child_abandon. */
struct child {
    struct dir_entry *entry;
    struct node *node;
};
int child_prepare(struct ramfs *, const struct cred *, const struct walk *, uint32_t mode,
                  struct child *out);
void child_abandon(struct ramfs *, struct child *);

/* The walk of a path in the request's payload from `offset` on, from the request's file or the root. False: there was an
 * error, and the request has been answered with it. A missing last component is no error (walk.node NULL). */
bool request_walk(struct server_request *, struct walk *, size_t offset, unsigned flags);
bool request_walk_from(struct server_request *, struct walk *, struct node *start, const char *path,
                       size_t len, unsigned flags);

/* Truncates a regular file with all that belongs to it: times, set-id bits. */
int file_truncate(struct ramfs *, struct node *, const struct cred *, uint64_t size);

/* Makes the symbolic link walk->name. */
int symlink_make(struct ramfs *, const struct cred *, const struct walk *, const char *target,
                 size_t len);

void verb_open(struct server_request *);
void verb_read(struct server_request *);
void verb_write(struct server_request *);
void verb_truncate(struct server_request *);
void verb_list(struct server_request *);
void verb_map(struct server_request *);
void verb_sync(struct server_request *);
void verb_control(struct server_request *);
void verb_stat(struct server_request *);
void verb_statat(struct server_request *);
void verb_statfs(struct server_request *);
void verb_setattr(struct server_request *);
void verb_setattrat(struct server_request *);
void verb_accessat(struct server_request *);
void verb_path(struct server_request *);
void verb_readlinkat(struct server_request *);
void verb_mkdirat(struct server_request *);
void verb_mknodat(struct server_request *);
void verb_symlinkat(struct server_request *);
void verb_unlinkat(struct server_request *);
void verb_linkat(struct server_request *);
void verb_renameat(struct server_request *);
void verb_lock(struct server_request *);

/* Drops the locks made through that open file, and lets those who waited for them try again. */
void locks_release_file(struct server_file *);
void locks_free(struct node *);
void lockers_fini(struct ramfs *);

/* Fifos: open answers or defers; read and write of an open one. */
void fifo_open(struct server_request *, struct node *, uint32_t flags);
void fifo_read(struct server_request *);
void fifo_write(struct server_request *);
void fifo_release(struct ramfs_file *);
/* A read's answer was lost: its bytes come first again. */
void fifo_put_back(struct node *, const void *data, size_t len);
