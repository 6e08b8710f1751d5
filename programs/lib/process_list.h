/* process_list.h: all processes, as procd tells them. */
#pragma once
#include <stddef.h>

#include "abi/proc.h"

struct process_list {
    struct proc_entry *entries; /* on the heap, by pid */
    size_t count;
};
/* 0, or an errno value. */
int process_list_read(struct process_list *);
