/* fake_firmware.h: UEFI as the loader sees it, in a host program: files, memory, console, screen, all of which can be made to fail. */
#pragma once
#include "arch/x86_64/efi/loader.h"

enum fake_end { FAKE_ENTERED = 1, FAKE_GAVE_UP };

struct fake_file {
    const char *path;
    const void *data; /* NULL: there is none */
    size_t bytes;
    size_t says;     /* the size that its folder tells */
    size_t error_at; /* the device fails from this byte on; SIZE_MAX: never */
};

enum { FAKE_CONF, FAKE_KERNEL, FAKE_INITFS, FAKE_FILES };

#define FAKE_MODES 3

/* What the firmware is like, set before fake_run; and what happened. */
struct fake {
    struct fake_file files[FAKE_FILES];
    unsigned allocations_left; /* the one after them fails */
    unsigned key_changes;      /* so often the map changes just before it is left */
    bool four_levels, has_rng, rng_fails, has_volume;
    const EFI_GUID *acpi[2]; /* NULL: no such table; the address is ACPI_AT + its index */
    bool has_screen, set_mode_fails;
    const uint8_t *edid; /* NULL: none */
    UINT32 formats[FAKE_MODES];

    char said[4096];
    unsigned exits, keys_asked;
    EFI_STATUS status; /* with which the loader has returned */
    bool watchdog_is_off, has_left;
    UINT32 mode;
    struct handoff handoff;
    const struct tables *tables;
    uint64_t entry;
};
extern struct fake fake;
#define FAKE_ACPI_AT 0x1000000ULL
#define FAKE_SCREEN  0x80000000ULL
/* Mode 0: 800 by 600, 1: 1024 by 768, 2: 1920 by 1200. */

void fake_init(void); /* healthy firmware, good files, the current mode 1 */
void fake_fini(void); /* what the loader has allocated */
enum fake_end fake_run(void);
