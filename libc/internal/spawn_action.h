/* internal/spawn_action.h: what posix_spawn's child does to its descriptors, in order. */
#pragma once
#include <sys/types.h>

enum spawn_kind {
    SPAWN_CLOSE,
    SPAWN_DUP2,
    SPAWN_OPEN,
    SPAWN_CHDIR,
    SPAWN_FCHDIR,
    SPAWN_CLOSE_FROM, /* from `to` on */
    SPAWN_TCSETPGRP,
};

struct __spawn_action {
    struct __spawn_action *next;
    enum spawn_kind kind;
    int fd; /* -1 where none is meant */
    int to;
    int flags;
    mode_t mode;
    char path[];
};
