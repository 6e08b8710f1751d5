/* object.h: contents that live in a memory object, because somebody has mapped the file. */
#pragma once
#include "servers/ramfs/ramfs.h"

int64_t object_read(struct ramfs *, const struct contents *, void *buffer, uint64_t offset,
                    size_t len);
int64_t object_write(struct ramfs *, struct contents *, const void *data, uint64_t offset,
                     size_t len);
int object_truncate(struct ramfs *, struct contents *, uint64_t size);
void object_free(struct ramfs *, struct contents *);

/* Zero what an earlier mapping has left in the last page beyond the file's size: a new mapping sees zeros there. */
int object_clear_tail(struct ramfs *, const struct contents *);

/* Frees the tree and forgets the image: the contents are elsewhere or nowhere now. */
void contents_drop_layers(struct ramfs *, struct contents *);
