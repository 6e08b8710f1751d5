/*
 * firmware.c: COM1 before the kernel has it. The firmware uses it as its console: text with escape sequences that nobody has asked for.
 * Lines of the loader begin with "dyad: " (arch/x86_64/efi); its last one is FIRMWARE_DONE.
 */
#include <stdio.h>
#include <string.h>

#include "qemu.h"

#define LOADER_PREFIX  "dyad: "
#define FIRMWARE_DONE  "dyad: starting the kernel"
#define LOADER_WAITS   "dyad: press a key"
#define FIRMWARE_FAILS "BdsDxe: failed to"

static struct {
    bool before_kernel, verbose;
    enum { TEXT, ESCAPE, SEQUENCE } state;
    char line[512];
    size_t used;
} firmware;

void firmware_init(bool verbose)
{
    firmware.before_kernel = true;
    firmware.verbose = verbose;
}

static bool begins(const char *prefix)
{
    return strncmp(firmware.line, prefix, strlen(prefix)) == 0;
}

static void show(void)
{
    host_log_write(firmware.line, strlen(firmware.line));
    host_log_write("\n", 1);
}

static void take_line(void)
{
    firmware.line[firmware.used] = '\0';
    firmware.used = 0;
    if (begins(FIRMWARE_DONE))
        firmware.before_kernel = false;
    if (begins(LOADER_WAITS))
        host_fail("the loader could not start the kernel");
    if (begins(FIRMWARE_FAILS))
        host_fail("the firmware could not start the loader: %s", firmware.line);
    if (firmware.verbose ? firmware.line[0] != '\0'
                         : begins(LOADER_PREFIX) && !begins(FIRMWARE_DONE))
        show();
}

/* Escape sequences: ESC, then one character, or '[' and everything up to a letter. */
static void take_char(char c)
{
    switch (firmware.state) {
    case ESCAPE: firmware.state = c == '[' ? SEQUENCE : TEXT; return;
    case SEQUENCE: firmware.state = c >= '@' && c <= '~' ? TEXT : SEQUENCE; return;
    case TEXT: break;
    }
    if (c == '\033')
        firmware.state = ESCAPE;
    else if (c == '\n')
        take_line();
    else if (c >= ' ' && firmware.used < sizeof(firmware.line) - 1)
        firmware.line[firmware.used++] = c;
}

size_t firmware_text(const char *text, size_t bytes)
{
    size_t taken = 0;
    while (firmware.before_kernel && taken < bytes)
        take_char(text[taken++]);
    return taken;
}
