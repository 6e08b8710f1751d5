/* screen.h: what hw:screen says of the framebuffer that the loader has set up. */
#pragma once
#include <stdint.h>

/* 32 bits a pixel, each colour 8 of them. The memory (hw:screen/memory) begins with the first pixel of the first line. */
struct dyad_screen {
    uint32_t width, height;
    uint32_t stride; /* bytes a line */
    uint8_t red_shift, green_shift, blue_shift, reserved;
    uint64_t bytes; /* of the memory; whole pages */
};
