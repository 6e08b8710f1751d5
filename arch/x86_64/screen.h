/* screen.h: the kernel's text on the framebuffer: its log until a server takes the screen, and a panic at any time. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "boot/handoff.h"

/* What the loader (or vga.c) has set up, or nothing. Cleared and used as soon as it can be reached. */
void screen_init(const struct handoff_screen *mode);
bool screen_usable(void);
/* Map it where arch_phys_ptr will find it with a direct map at `base`. */
void screen_map(uint64_t base);
/* Text of the log. Any context, like serial_write; nothing while somebody has taken the screen. */
void screen_write(const char *text, size_t bytes);
/* Text of a failure: takes the screen back the first time. */
void screen_write_now(const char *text, size_t bytes);
/* taken: a server draws now. */
void screen_hand_over(bool taken);

/* vga.c: the display of QEMU and Bochs ("-vga std"), which needs no firmware to set a mode. false: there is none. */
bool vga_set_mode(struct handoff_screen *screen, uint32_t width, uint32_t height);
