/* ramfs.c: the table of verbs, and the beginning and end of a file system. */
#include "servers/ramfs/ramfs.h"

static void undelivered(struct server_request *request, const struct reply *reply)
{
    if (request->wire.verb == VERB_read && reply->result > 0 &&
        node_is(request_node(request), MODE_FIFO))
        fifo_put_back(request_node(request), reply->data, reply->data_len);
}

static const struct server_ops ops = {
    .handler =
        {
            [VERB_open] = verb_open,           [VERB_read] = verb_read,
            [VERB_write] = verb_write,         [VERB_stat] = verb_stat,
            [VERB_statat] = verb_statat,       [VERB_setattr] = verb_setattr,
            [VERB_setattrat] = verb_setattrat, [VERB_truncate] = verb_truncate,
            [VERB_list] = verb_list,           [VERB_mkdirat] = verb_mkdirat,
            [VERB_mknodat] = verb_mknodat,     [VERB_unlinkat] = verb_unlinkat,
            [VERB_renameat] = verb_renameat,   [VERB_linkat] = verb_linkat,
            [VERB_symlinkat] = verb_symlinkat, [VERB_readlinkat] = verb_readlinkat,
            [VERB_accessat] = verb_accessat,   [VERB_path] = verb_path,
            [VERB_sync] = verb_sync,           [VERB_lock] = verb_lock,
            [VERB_control] = verb_control,     [VERB_map] = verb_map,
            [VERB_statfs] = verb_statfs,
        },
    .release = file_release,
    .undelivered = undelivered,
};

int ramfs_init(struct ramfs *fs, struct server *server, struct transport *transport,
               const struct ramfs_platform *platform, uint64_t limit)
{
    *fs = (struct ramfs){
        .server = server, .platform = platform, .limit = limit, .image = HANDLE_NONE};
    int result = server_init(server, &ops, transport, fs, 0);
    if (result)
        return result;
    fs->root = node_create(fs, MODE_DIR | 0755, 0, 0, &result);
    if (!fs->root) {
        server_fini(server);
        return result;
    }
    fs->root->nlink = 2;
    fs->root->parent = fs->root;
    return 0;
}

/* Frees a tree without recursion: an emptied directory is left upwards. */
static void free_tree(struct ramfs *fs, struct node *root)
{
    struct node *dir = root;
    for (;;) {
        struct dir_entry *entry = dir_next(&dir->dir, 0);
        if (!entry && dir == root)
            break;
        if (!entry) {
            struct node *parent = dir->parent;
            struct dir_entry *name = dir->name;
            dir_remove(fs, parent, name);
            node_destroy(fs, dir);
            dir = parent;
        } else if (node_is(entry->node, MODE_DIR)) {
            dir = entry->node;
        } else {
            struct node *node = entry->node;
            dir_remove(fs, dir, entry);
            node_unlink(fs, node);
        }
    }
    node_destroy(fs, root);
}

void ramfs_fini(struct ramfs *fs)
{
    lockers_fini(fs);
    server_fini(fs->server);
    free_tree(fs, fs->root);
}
