/* pvh.c: from PVH's start information to a handoff. Runs where it was linked, with identity tables for 4 GiB. */
#include "arch/x86_64/boot/pvh.h"

#include "arch/x86_64/boot/boot.h"
#include "arch/x86_64/fail.h"
#include "arch/x86_64/x86.h"

static struct handoff handoff;

static void *at(uint64_t phys)
{
    return (void *)phys; // NOLINT(performance-no-int-to-ptr)
}

static uint32_t kind_of(uint32_t type)
{
    switch (type) {
    case PVH_RAM: return HANDOFF_RAM;
    case PVH_ACPI:
    case PVH_NVS: return HANDOFF_ACPI;
    default: return HANDOFF_RESERVED;
    }
}

static void take_map(const struct pvh_start_info *info)
{
    const struct pvh_range *ranges = at(info->map);
    if (info->version < 1 || !info->map || !info->map_count)
        fail("PVH: the loader gives no memory map (start information version %u)", info->version);
    if (info->map_count > HANDOFF_RANGES_MAX)
        fail("PVH: the memory map has %u ranges, more than %u", info->map_count,
             HANDOFF_RANGES_MAX);
    for (uint32_t i = 0; i < info->map_count; i++)
        handoff.ranges[i] = (struct handoff_range){
            .base = ranges[i].base, .size = ranges[i].size, .kind = kind_of(ranges[i].type)};
    handoff.range_count = info->map_count;
}

/* A footer whose numbers contradict each other is an error, not data. */
static void take_module(const struct pvh_module *module)
{
    struct module_footer footer;
    handoff.initfs = module->base;
    handoff.initfs_bytes = module->bytes;
    if (module->bytes < sizeof footer)
        return;
    uint64_t room = module->bytes - sizeof footer;
    memcpy(&footer, at(module->base + room), sizeof footer);
    if (memcmp(footer.magic, MODULE_FOOTER_MAGIC, sizeof footer.magic) != 0)
        return;
    if (footer.archive_bytes > footer.args_offset || footer.args_offset > room ||
        footer.args_bytes > room - footer.args_offset)
        fail("the boot module's footer is damaged");
    handoff.initfs_bytes = footer.archive_bytes;
    handoff.args = module->base + footer.args_offset;
    handoff.args_bytes = footer.args_bytes;
}

_Noreturn void pvh_start(const struct pvh_start_info *info)
{
    boot_tsc = rdtsc();
    boot_relocate((uint64_t)image_start);
    serial_init();
    if (info->magic != PVH_MAGIC)
        fail("PVH: the start information has magic number %x", info->magic);
    handoff.magic = HANDOFF_MAGIC;
    handoff.version = HANDOFF_VERSION;
    handoff.bytes = sizeof handoff;
    handoff.rsdp = info->rsdp;
    handoff.command_line = info->command_line;
    take_map(info);
    if (info->module_count)
        take_module(at(info->modules));
    entry64(&handoff);
}
