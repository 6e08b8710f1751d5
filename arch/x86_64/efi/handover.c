/* handover.c: the last steps: the firmware's memory map, the end of boot services, the kernel. */
#include "arch/x86_64/efi/loader.h"
#include "arch/x86_64/efi/map.h"

#define MAP_SLACK  4096u /* taking pages for the map may lengthen it */
#define EXIT_TRIES 8u

static struct tables *tables;
static struct {
    void *at;
    UINTN room, bytes, key, stride;
} map;

static EFI_STATUS get_map(void)
{
    UINT32 version;
    map.bytes = map.room;
    return loader.boot->GetMemoryMap(&map.bytes, map.at, &map.key, &map.stride, &version);
}

void hand_over_prepare(void)
{
    if (!has_four_levels())
        give_up("the firmware uses five levels of page tables; turn that off in its settings");
    tables = take_pages(sizeof *tables, "page tables");
    memset(tables, 0, sizeof *tables);
    map.room = 0;
    EFI_STATUS status = get_map(); /* tells how long it is */
    if (status != EFI_BUFFER_TOO_SMALL)
        give_up("cannot get the memory map: %s", status_text(status));
    map.room = map.bytes + MAP_SLACK;
    map.at = take_pages(map.room, "the memory map");
}

/* The key changes when the map does, which a timer of the firmware may cause at any time before it has ended. */
static void exit_boot_services(void)
{
    EFI_STATUS status = EFI_SUCCESS;
    for (unsigned i = 0; i < EXIT_TRIES; i++) {
        status = get_map();
        if (status == EFI_SUCCESS)
            status = loader.boot->ExitBootServices(loader.image, map.key);
        if (status == EFI_SUCCESS)
            return;
    }
    give_up("cannot leave the firmware: %s", status_text(status));
}

void hand_over(struct handoff *handoff, uint64_t entry)
{
    tables_build(tables, (uint64_t)enter_kernel);
    exit_boot_services();
    map_take(handoff, map.at, map.bytes, map.stride, (uint64_t)tables,
             (sizeof *tables + LOADER_PAGE - 1) & ~(LOADER_PAGE - 1));
    enter_kernel(tables, entry, handoff);
}
