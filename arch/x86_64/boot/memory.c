/* memory.c: the RAM that the loader describes, cut to what is free, and pages taken from it before the core has them. */
#include "arch/x86_64/memory.h"

#include "arch/x86_64/fail.h"
#include "arch/x86_64/screen.h"

#define RANGES_MAX   96
#define LOW_END      0x100000UL /* below: for the firmware and starting cores */
#define PHYSICAL_END (1UL << 52)

/* Kept apart: what is RAM at all, to tell holes from memory, and what is free. */
struct range_list {
    struct boot_range ranges[RANGES_MAX];
    uint32_t count;
};

static struct range_list map, ram;
static uint32_t bump;       /* of ram: where boot_pages takes from */
static uint64_t bump_start; /* where that began */

uint64_t direct_base, kernel_root, stack_area, image_phys;

static void list_insert(struct range_list *list, uint32_t at, uint64_t base, uint64_t end)
{
    if (list->count == RANGES_MAX)
        fail("the memory map has more than %u ranges", RANGES_MAX);
    memmove(&list->ranges[at + 1], &list->ranges[at],
            (list->count - at) * sizeof(struct boot_range));
    list->ranges[at] = (struct boot_range){base, end - base};
    list->count++;
}

static void list_remove_at(struct range_list *list, uint32_t at)
{
    list->count--;
    memmove(&list->ranges[at], &list->ranges[at + 1],
            (list->count - at) * sizeof(struct boot_range));
}

/* Take [base, end) out of the list. From the end, so that what is put in is not looked at again. */
static void list_subtract(struct range_list *list, uint64_t base, uint64_t end)
{
    for (uint32_t i = list->count; i-- > 0;) {
        uint64_t low = list->ranges[i].base, high = low + list->ranges[i].size;
        if (end <= low || base >= high)
            continue;
        list_remove_at(list, i);
        if (end < high)
            list_insert(list, i, end, high);
        if (base > low)
            list_insert(list, i, low, base);
    }
}

/* Add [base, end), sorted and merged with what it touches. */
static void list_add(struct range_list *list, uint64_t base, uint64_t end)
{
    uint32_t at = 0;
    while (at < list->count && list->ranges[at].base + list->ranges[at].size < base)
        at++;
    while (at < list->count && list->ranges[at].base <= end) {
        uint64_t low = list->ranges[at].base, high = low + list->ranges[at].size;
        base = low < base ? low : base;
        end = high > end ? high : end;
        list_remove_at(list, at);
    }
    list_insert(list, at, base, end);
}

/* Where a range ends: what leaves the physical address space, or wraps round, is cut. */
static uint64_t range_end(const struct handoff_range *range)
{
    return range->size > PHYSICAL_END - range->base ? PHYSICAL_END : range->base + range->size;
}

static void map_read(const struct handoff *handoff)
{
    for (uint32_t i = 0; i < handoff->range_count; i++) {
        const struct handoff_range *range = &handoff->ranges[i];
        if (range->kind != HANDOFF_RAM || range->base >= PHYSICAL_END)
            continue;
        uint64_t base = PAGE_ROUND_UP(range->base), end = PAGE_ROUND_DOWN(range_end(range));
        if (base < end)
            list_add(&map, base, end);
    }
    for (uint32_t i = 0; i < handoff->range_count; i++) {
        const struct handoff_range *range = &handoff->ranges[i];
        if (range->kind != HANDOFF_RAM && range->size && range->base < PHYSICAL_END)
            list_subtract(&map, PAGE_ROUND_DOWN(range->base), PAGE_ROUND_UP(range_end(range)));
    }
}

static bool list_has(const struct range_list *list, uint64_t base, uint64_t bytes)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (base >= list->ranges[i].base && bytes <= list->ranges[i].size &&
            base - list->ranges[i].base <= list->ranges[i].size - bytes)
            return true;
    return false;
}

bool ram_is_usable(uint64_t base, uint64_t bytes)
{
    return list_has(&map, base, bytes);
}

/* boot_pages takes from the largest range that is mapped while booting. */
static void bump_choose(void)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < ram.count; i++) {
        uint64_t room = ram.ranges[i].base >= 1UL << 32 ? 0 : (1UL << 32) - ram.ranges[i].base;
        if (room > ram.ranges[i].size)
            room = ram.ranges[i].size;
        if (room > most) {
            most = room;
            bump = i;
        }
    }
    if (!most)
        fail("the memory map has no usable RAM below 4 GiB");
    bump_start = ram.ranges[bump].base;
}

void ram_init(const struct handoff *handoff)
{
    map_read(handoff);
    ram = map;
    list_subtract(&ram, 0, LOW_END);
    list_subtract(&ram, image_phys, image_phys + IMAGE_BYTES);
    if (!ram.count)
        fail("the memory map has no usable RAM");
    if (handoff->initfs_bytes) {
        if (PAGE_OFFSET(handoff->initfs) ||
            !list_has(&ram, handoff->initfs, PAGE_ROUND_UP(handoff->initfs_bytes)))
            fail("the initfs at %lx, %lu bytes, is not in free RAM", (unsigned long)handoff->initfs,
                 (unsigned long)handoff->initfs_bytes);
        list_subtract(&ram, handoff->initfs,
                      handoff->initfs + PAGE_ROUND_UP(handoff->initfs_bytes));
    }
    if (handoff->args_bytes)
        list_subtract(&ram, PAGE_ROUND_DOWN(handoff->args),
                      PAGE_ROUND_UP(handoff->args + handoff->args_bytes));
    bump_choose();
}

uint64_t boot_pages(size_t pages)
{
    struct boot_range *range = &ram.ranges[bump];
    uint64_t bytes = pages * DYAD_PAGE_SIZE;
    if (range->size < bytes + DYAD_PAGE_SIZE)
        fail("too little memory to start the kernel");
    uint64_t phys = range->base;
    range->base += bytes;
    range->size -= bytes;
    memset(arch_phys_ptr(phys), 0, bytes);
    return phys;
}

/* The core takes at most 32 ranges: leave the smallest ones out. */
void ram_describe(struct boot_info *info)
{
    while (ram.count > ARRAY_COUNT(info->ram)) {
        uint32_t smallest = 0;
        for (uint32_t i = 1; i < ram.count; i++)
            if (ram.ranges[i].size < ram.ranges[smallest].size)
                smallest = i;
        list_remove_at(&ram, smallest);
    }
    memcpy(info->ram, ram.ranges, ram.count * sizeof(struct boot_range));
    info->ram_count = ram.count;
}

/* ---- devices ---- */

static struct range_list windows;

void devices_reserve(uint64_t base, uint64_t bytes)
{
    list_add(&windows, PAGE_ROUND_DOWN(base), PAGE_ROUND_UP(base + bytes));
}

static bool list_meets(const struct range_list *list, uint64_t base, uint64_t end)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (base < list->ranges[i].base + list->ranges[i].size && end > list->ranges[i].base)
            return true;
    return false;
}

/* Firmware reserves the configuration space, and drivers may have it; not where it says that there is something else. */
static void pci_describe(struct boot_info *info, struct range_list *list)
{
    uint32_t good = 0;
    for (uint32_t i = 0; i < info->pci_count; i++) {
        uint64_t base = info->pci[i].base + info->pci[i].first_bus * PCI_BUS_BYTES;
        uint64_t end = info->pci[i].base + (info->pci[i].last_bus + 1UL) * PCI_BUS_BYTES;
        if (list_meets(&map, base, end) || list_meets(&windows, base, end))
            continue;
        list_add(list, base, end);
        info->pci[good++] = info->pci[i];
    }
    info->pci_count = good;
}

void devices_describe(struct boot_info *info, const struct handoff *handoff)
{
    static struct range_list list;
    const struct handoff_screen *screen = &handoff->screen;
    list_add(&list, LOW_END, PHYSICAL_END);
    for (uint32_t i = 0; i < handoff->range_count; i++) {
        const struct handoff_range *range = &handoff->ranges[i];
        if (range->size && range->base < PHYSICAL_END)
            list_subtract(&list, PAGE_ROUND_DOWN(range->base), PAGE_ROUND_UP(range_end(range)));
    }
    for (uint32_t i = 0; i < windows.count; i++)
        list_subtract(&list, windows.ranges[i].base,
                      windows.ranges[i].base + windows.ranges[i].size);
    uint64_t end = screen->base + PAGE_ROUND_UP((uint64_t)screen->stride * screen->height);
    if (screen->width && screen_usable() && !list_meets(&map, screen->base, end)) {
        list_add(&list, screen->base, end); /* firmware may have reserved it */
        info->screen = (struct boot_screen){.base = screen->base,
                                            .width = screen->width,
                                            .height = screen->height,
                                            .stride = screen->stride,
                                            .red_shift = screen->red_shift,
                                            .green_shift = screen->green_shift,
                                            .blue_shift = screen->blue_shift};
    }
    pci_describe(info, &list);
    /* More than fit: the last ones, far above all devices there are, are left out. */
    info->device_count =
        list.count < ARRAY_COUNT(info->devices) ? list.count : ARRAY_COUNT(info->devices);
    memcpy(info->devices, list.ranges, info->device_count * sizeof(struct boot_range));
}

uint64_t ram_end(void)
{
    return map.count ? map.ranges[map.count - 1].base + map.ranges[map.count - 1].size : 0;
}

/* Map all RAM above 1 MiB: what is free may be written, the initfs may be read, the kernel image is not there. */
void ram_map(const struct handoff *handoff, uint64_t base)
{
    /* Mapping takes pages itself: what a range is now counts, not what is left of it then. */
    struct range_list all = ram;
    all.ranges[bump].size += all.ranges[bump].base - bump_start;
    all.ranges[bump].base = bump_start;
    for (uint32_t i = 0; i < all.count; i++)
        kernel_map(base + all.ranges[i].base, all.ranges[i].base, all.ranges[i].size, KERNEL_DATA);
    if (handoff->initfs_bytes)
        kernel_map(base + handoff->initfs, handoff->initfs, PAGE_ROUND_UP(handoff->initfs_bytes),
                   KERNEL_RODATA);
}

void *arch_phys_ptr(uint64_t phys)
{
    return (void *)(direct_base + phys); // NOLINT(performance-no-int-to-ptr)
}
