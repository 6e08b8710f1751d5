/* screen.h: which graphics mode, and its framebuffer as the handoff describes it. */
#pragma once
#include <efi.h>

#include "arch/x86_64/boot/handoff.h"
#include "core/base.h"

#define SCREEN_MODES_MAX 256u
#define SCREEN_NO_MODE   UINT32_MAX

struct screen_size {
    uint32_t width, height; /* 0: not known */
};

/* The panel's native mode: the first detailed timing of an EDID. */
struct screen_size screen_native(const uint8_t *edid, size_t bytes);

/* Describe a mode; false: it has no linear framebuffer with 32 bits a pixel and 8 a colour. */
bool screen_describe(const EFI_GRAPHICS_OUTPUT_MODE_INFORMATION *info, struct handoff_screen *out);

/*
 * Choose among `count` described modes (width 0: not usable): the wanted one, the panel's native one, the current
 * one, unless it is smaller than 1024 by 768 (then it is no panel's); then the largest. -> its index, SCREEN_NO_MODE when none can be used.
 */
uint32_t screen_choose(const struct handoff_screen *modes, uint32_t count,
                       struct screen_size wanted, struct screen_size native, uint32_t current);
