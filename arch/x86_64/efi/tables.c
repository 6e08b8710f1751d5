/* tables.c: identity page tables with pages of 2 MiB. */
#include "arch/x86_64/efi/tables.h"

#define TABLE_BITS 0x003ULL /* present, writable */
#define LARGE_BITS 0x083ULL /* and 2 MiB */
#define GIB        (1ULL << 30)

static void map_gib(uint64_t *third, uint64_t *second, uint64_t gib)
{
    third[gib % TABLES_ENTRIES] = (uint64_t)second | TABLE_BITS;
    for (unsigned i = 0; i < TABLES_ENTRIES; i++)
        second[i] = (gib * GIB + (uint64_t)i * (GIB / TABLES_ENTRIES)) | LARGE_BITS;
}

void tables_build(struct tables *tables, uint64_t here)
{
    uint64_t gib = here / GIB;
    uint64_t *third = tables->low;
    tables->top[0] = (uint64_t)tables->low | TABLE_BITS;
    for (unsigned i = 0; i < TABLES_GIBS; i++)
        map_gib(tables->low, tables->gib[i], i);
    if (gib < TABLES_GIBS)
        return;
    if (gib >= TABLES_ENTRIES) {
        third = tables->high;
        tables->top[gib / TABLES_ENTRIES % TABLES_ENTRIES] = (uint64_t)third | TABLE_BITS;
    }
    map_gib(third, tables->gib[TABLES_GIBS], gib);
}
