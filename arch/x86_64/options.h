/*
 * options.h: boot arguments that the kernel itself looks at ("key=value", NUL-separated; PVH's command line: blank-separated).
 * Those of abi/kernel_schemes.h go to init.
 *
 *   link=com2        consoles, window size and exit status go through the framed link of link.h on COM2
 *   loglevel=N       log lines up to this level go to the serial log (0 errors ... 3 debug)
 *   cores=N          use at most N cores
 *   selftest=NAME    break a rule on purpose (selftest.c)
 *   nokaslr=1        the kernel stays at fixed addresses, for gdb
 *   reboot=WAY       begin with that way to start again: acpi (what firmware says), keyboard, chipset, fault; those after it follow
 *
 *   screen=WxH       set the display of QEMU or Bochs to that mode when the loader has set none (PVH)
 *   console=serial   the session is not on the screen although there is one
 *
 * Without any of tty, command, script and link the session is on the screen if there is one (console=screen, term=xterm-256color are
 * added), else on the serial terminal (term=vt100); tty=1 is added.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options {
    uint64_t phys; /* of all, NUL-separated */
    uint32_t bytes;
};
extern struct options options;

/* The handoff's arguments where they are, until options_init has gathered all of them and added the defaults. */
void options_use_handoff(void);
void options_init(void);
const char *options_find(const char *key); /* the value; NULL: not given */
uint64_t options_number(const char *key, uint64_t otherwise);
