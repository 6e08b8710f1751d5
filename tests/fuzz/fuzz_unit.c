/* fuzz_unit.c: any bytes as a unit file and as an initfs: refused or read, never a fault. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "servers/init/cpio.h"
#include "servers/init/plan.h"
#include "servers/init/unit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk_archive(const uint8_t *data, size_t size)
{
    struct cpio cpio = {data, size};
    struct cpio_entry entry;
    bool damaged;
    size_t at = 0;

    while (cpio_next(&cpio, at, &entry, &damaged)) {
        volatile uint8_t sum = 0;
        for (size_t i = 0; i < entry.size; i++)
            sum ^= data[entry.offset + i];
        if (entry.next <= at)
            abort();
        at = entry.next;
    }
    (void)cpio_find(&cpio, "/sbin/a", &entry);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct unit_config unit;
    struct plan plan;
    char error[256];

    if (size == 0)
        return 0;
    switch (data[0] % 3) {
    case 0:
        if (unit_parse(&unit, "f.toml", (const char *)data + 1, size - 1, error, sizeof error) == 0)
            unit_free(&unit);
        break;
    case 1: walk_archive(data + 1, size - 1); break;
    default:
        (void)plan_make(&plan, (const char *)data + 1, size - 1);
        plan_free(&plan);
        break;
    }
    return 0;
}
