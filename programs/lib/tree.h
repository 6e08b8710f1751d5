/* tree.h: copying and removing files and whole directories: what cp, mv and rm share. Each prints its own messages. */
#pragma once
#include <stdbool.h>

struct tree_copy {
    bool recursive; /* otherwise a directory is an error */
    bool preserve;  /* mode, owner, times */
    bool follow;    /* symbolic links are copied as what they name */
};
/* 0, or 1 when something could not be copied. `to` is the new name itself. */
int tree_copy(const char *from, const char *to, const struct tree_copy *options);

/* 0, or 1 when something could not be removed. force: what is not there is no error. */
int tree_remove(const char *path, bool recursive, bool force);
