/*
 * conf.h: boot.conf, the loader's configuration file: a line is KEY=VALUE, empty, or a comment that begins with '#'.
 *
 *   append=WORDS     boot arguments with blanks between, as on a command line
 *   argument=TEXT    one boot argument, the rest of the line; may repeat. \n, \t, \\ and \xHH stand for bytes
 *   cores=N          use at most N cores, 1 to 64
 *   screen=WxH       the graphics mode, when the firmware has it, such as 1280x800
 *   loglevel=N       what of the kernel's log goes to the serial port, 0 (errors) to 3 (debug)
 *
 * The boot arguments are those of abi/kernel_schemes.h and arch/x86_64/options.h.
 */
#pragma once
#include <stddef.h>

#include "core/base.h"

/* What is wrong with a line (from 1); the line is left out. */
typedef void conf_warning_fn(unsigned line, const char *what, void *context);

struct conf {
    size_t args_bytes;
    uint32_t screen_width, screen_height; /* 0: not given */
};

/*
 * Make NUL-separated boot arguments of the file's text.
 * Memory: `args` has room for bytes + 1.
 */
struct conf conf_parse(const char *text, size_t bytes, char *args, conf_warning_fn *warn,
                       void *context);
