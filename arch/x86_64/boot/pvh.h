/*
 * pvh.h: the start information of the PVH boot protocol (Xen's public/arch-x86/hvm/start_info.h), and what
 * `./dyad run --qemu` puts at the end of the one module that QEMU loads.
 */
#pragma once
#include <stdint.h>

#define PVH_MAGIC 0x336ec578

struct pvh_start_info {
    uint32_t magic, version, flags, module_count;
    uint64_t modules, command_line, rsdp;
    uint64_t map; /* from version 1 on */
    uint32_t map_count, zero;
};

struct pvh_module {
    uint64_t base, bytes, command_line, zero;
};

enum { PVH_RAM = 1, PVH_RESERVED, PVH_ACPI, PVH_NVS };
struct pvh_range {
    uint64_t base, size;
    uint32_t type, zero;
};

/* The last bytes of a module with boot arguments: the archives come first, then the arguments. A module without it is all archive. */
#define MODULE_FOOTER_MAGIC "Dyad boot module"
struct module_footer {
    uint64_t archive_bytes;
    uint64_t args_offset, args_bytes; /* NUL-separated */
    char magic[16];
};
