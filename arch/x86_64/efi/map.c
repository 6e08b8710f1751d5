/* map.c: UEFI's memory map: which of it is RAM, and what to leave out when it is too long. */
#include "arch/x86_64/efi/map.h"

#include "core/base.h"

#define PAGE         4096ULL
#define PHYSICAL_END (1ULL << 52)

static uint32_t kind_of(const EFI_MEMORY_DESCRIPTOR *d)
{
    switch (d->Type) {
    case EfiLoaderCode:
    case EfiLoaderData:
    case EfiBootServicesCode:
    case EfiBootServicesData:
    case EfiConventionalMemory:
        return d->Attribute & EFI_MEMORY_WB ? HANDOFF_RAM : HANDOFF_RESERVED;
    case EfiACPIReclaimMemory:
    case EfiACPIMemoryNVS: return HANDOFF_ACPI;
    default: return HANDOFF_RESERVED;
    }
}

static void remove_at(struct handoff *handoff, uint32_t at)
{
    handoff->range_count--;
    memmove(&handoff->ranges[at], &handoff->ranges[at + 1],
            (handoff->range_count - at) * sizeof handoff->ranges[0]);
}

static void remove_smallest(struct handoff *handoff)
{
    uint32_t smallest = 0;
    for (uint32_t i = 1; i < handoff->range_count; i++)
        if (handoff->ranges[i].size < handoff->ranges[smallest].size)
            smallest = i;
    remove_at(handoff, smallest);
}

/* Add a range, as one with those of its kind that it touches. */
static void add(struct handoff *handoff, uint64_t base, uint64_t end, uint32_t kind)
{
    if (base >= end)
        return;
    for (uint32_t i = handoff->range_count; i-- > 0;) {
        uint64_t low = handoff->ranges[i].base, high = low + handoff->ranges[i].size;
        if (handoff->ranges[i].kind != kind || high < base || low > end)
            continue;
        base = low < base ? low : base;
        end = high > end ? high : end;
        remove_at(handoff, i);
    }
    handoff->ranges[handoff->range_count++] =
        (struct handoff_range){.base = base, .size = end - base, .kind = kind};
}

struct walk {
    const uint8_t *at;
    size_t bytes, stride;
};

/* The next range of a kind, sane; false: no more. */
static bool next(struct walk *walk, uint32_t kind, uint64_t *base, uint64_t *end)
{
    EFI_MEMORY_DESCRIPTOR d;
    while (walk->bytes >= sizeof d) {
        size_t step = walk->stride < walk->bytes ? walk->stride : walk->bytes;
        memcpy(&d, walk->at, sizeof d);
        walk->at += step;
        walk->bytes -= step;
        if (kind_of(&d) != kind || d.PhysicalStart >= PHYSICAL_END || !d.NumberOfPages)
            continue;
        uint64_t room = (PHYSICAL_END - d.PhysicalStart) / PAGE;
        if (d.NumberOfPages > room && kind == HANDOFF_RAM)
            continue;
        *base = d.PhysicalStart;
        *end = *base + (d.NumberOfPages < room ? d.NumberOfPages : room) * PAGE;
        return true;
    }
    return false;
}

static void take_ram(struct handoff *handoff, struct walk walk, uint64_t hole, uint64_t hole_end)
{
    uint64_t base, end;
    while (next(&walk, HANDOFF_RAM, &base, &end)) {
        add(handoff, base, end < hole ? end : hole, HANDOFF_RAM);
        add(handoff, base > hole_end ? base : hole_end, end, HANDOFF_RAM);
        while (handoff->range_count > MAP_RAM_MAX)
            remove_smallest(handoff);
    }
}

static void take_others(struct handoff *handoff, struct walk walk, uint32_t kind)
{
    uint64_t base, end;
    while (handoff->range_count < HANDOFF_RANGES_MAX && next(&walk, kind, &base, &end))
        add(handoff, base, end, kind);
}

void map_take(struct handoff *handoff, const void *descriptors, size_t bytes, size_t stride,
              uint64_t hole, uint64_t hole_bytes)
{
    struct walk walk = {descriptors, bytes, stride};
    handoff->range_count = 0;
    if (stride < sizeof(EFI_MEMORY_DESCRIPTOR))
        return;
    take_ram(handoff, walk, hole, hole + hole_bytes);
    take_others(handoff, walk, HANDOFF_ACPI);
    take_others(handoff, walk, HANDOFF_RESERVED);
}
