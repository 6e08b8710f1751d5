/* symbols.c: names of the kernel's functions, for panics. The table comes from symbols.awk between two links. */
#include "fail.h"
#include "memory.h"

/* At kernel_symbols_start, unless the table is empty (first link). */
struct symbol_table {
    uint32_t count;
    struct {
        uint32_t offset; /* from image_start */
        uint32_t name;   /* from the end of the entries */
    } entries[];
};
extern const uint8_t kernel_symbols_start[], kernel_symbols_end[];

const char *symbol_find(uint64_t address, uint64_t *offset)
{
    const struct symbol_table *table = (const void *)kernel_symbols_start;
    if (kernel_symbols_end - kernel_symbols_start < (ptrdiff_t)sizeof *table ||
        address - (uint64_t)image_start >= (uint64_t)(image_text_end - image_start))
        return NULL;
    uint32_t at = (uint32_t)(address - (uint64_t)image_start), low = 0, high = table->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (table->entries[middle].offset <= at)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return NULL;
    *offset = at - table->entries[low - 1].offset;
    return (const char *)&table->entries[table->count] + table->entries[low - 1].name;
}
