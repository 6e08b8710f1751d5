/* map.h: from UEFI's memory map to the handoff's ranges. */
#pragma once
#include <stddef.h>

#include <efi.h>

#include "arch/x86_64/boot/handoff.h"

/* The kernel sorts and cuts the RAM further and has room for 96 pieces. */
#define MAP_RAM_MAX 80u

/*
 * Fill ranges and range_count. RAM that touches is one range; [hole, hole + hole_bytes) is left out of it. Should there be too many:
 * first the reserved ranges go, then ACPI's (what is not described is no RAM either), last the smallest of RAM.
 * Descriptors may be in any order and `stride` bytes apart; impossible ones (empty, beyond the address space) count as reserved.
 */
void map_take(struct handoff *handoff, const void *descriptors, size_t bytes, size_t stride,
              uint64_t hole, uint64_t hole_bytes);
