/*
 * tables.h: the page tables with which the kernel is entered: the identity, everything writable and executable.
 *
 * They are the loader's own, because the firmware's may forbid writing or executing, and lie in memory that is the kernel's now.
 */
#pragma once
#include <stdint.h>

#define TABLES_ENTRIES 512u
#define TABLES_GIBS    4u
#define TABLES_STACK   4096u

/* Top; third level of the first 512 GiB, and of another part; second level of the first 4 GiB, and of another. */
struct tables {
    uint64_t top[TABLES_ENTRIES], low[TABLES_ENTRIES], high[TABLES_ENTRIES];
    uint64_t gib[TABLES_GIBS + 1][TABLES_ENTRIES];
    uint8_t stack[TABLES_STACK];
};

/* Map the first 4 GiB and, should it be elsewhere, the GiB around `here`, where the code runs that changes to these tables.
 * Memory: `tables` is at a page, all zeros, and its address is its physical one. */
void tables_build(struct tables *tables, uint64_t here);
