/* exit.c: the orderly end of a process. */
#include <stdlib.h>
#include "internal/exit.h"

#pragma weak __atexit_run
#pragma weak __stdio_exit

/* From the linker; weak, for a program that has no such section. */
extern void (*const __fini_array_start[])(void) __attribute__((weak, visibility("hidden")));
extern void (*const __fini_array_end[])(void) __attribute__((weak, visibility("hidden")));

void exit(int status)
{
    if (__atexit_run)
        __atexit_run();
    for (size_t i = (size_t)(__fini_array_end - __fini_array_start); i-- > 0;)
        __fini_array_start[i]();
    if (__stdio_exit)
        __stdio_exit();
    _Exit(status);
}
