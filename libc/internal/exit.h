/*
 * internal/exit.h: what exit() runs. Each hook is weak and null unless the program links the part it belongs to, so
 * that a program without stdio or atexit does not carry them.
 */
#pragma once
#include "internal/libc.h"

/* Run the functions of atexit, last first. In stdlib/atexit.c. */
LIBC_HIDDEN void __atexit_run(void);
/* Write out what open streams hold, and leave their file offsets where the reader stopped. In stdio/open_list.c. */
LIBC_HIDDEN void __stdio_exit(void);
