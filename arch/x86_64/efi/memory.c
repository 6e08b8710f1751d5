/* memory.c: pages from the firmware. */
#include "arch/x86_64/efi/loader.h"

#define BELOW_4G 0xffffffffULL

void *take_pages(size_t bytes, const char *what)
{
    EFI_PHYSICAL_ADDRESS at = BELOW_4G;
    size_t pages = (bytes + LOADER_PAGE - 1) / LOADER_PAGE;
    EFI_STATUS status =
        loader.boot->AllocatePages(AllocateMaxAddress, EfiLoaderData, pages ? pages : 1, &at);
    if (status != EFI_SUCCESS)
        give_up("out of memory: no %llu KiB below 4 GiB for %s",
                (unsigned long long)(pages * LOADER_PAGE / 1024), what);
    return (void *)at; // NOLINT(performance-no-int-to-ptr)
}

bool is_guid(const EFI_GUID *a, const EFI_GUID *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}
