/* crash.c: does something wrong, chosen by its argument; the boot tests look at how it ends. */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile uintptr_t null_page;

static int overflow(int depth)
{
    volatile char frame[4096];
    memset((char *)frame, depth, sizeof frame);
    return depth == (int)null_page ? 0 : overflow(depth + 1) + frame[depth & 4095];
}

static void hog(void)
{
    for (;;) {
        char *block = malloc(1 << 20);
        if (block == NULL)
            _exit(99);
        for (size_t i = 0; i < 1 << 20; i += 4096)
            ((volatile char *)block)[i] = 1;
    }
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "null") == 0)
        return *(volatile int *)null_page;
    if (strcmp(what, "wild_jump") == 0)
        ((void (*)(void))(null_page + 0x123456789000))();
    if (strcmp(what, "wild_write") == 0)
        *(volatile int *)(null_page + 0x5555deadbee0) = 1;
    if (strcmp(what, "kernel_read") == 0)
        return *(volatile int *)(null_page + 0xffff800000000000);
    if (strcmp(what, "divide") == 0)
        return argc / (int)null_page;
    if (strcmp(what, "overflow") == 0)
        return overflow(argc);
    if (strcmp(what, "illegal") == 0)
        __asm__ volatile("ud2");
    if (strcmp(what, "breakpoint") == 0)
        __asm__ volatile("int3");
    if (strcmp(what, "abort") == 0)
        abort();
    if (strcmp(what, "hog") == 0)
        hog();
    fprintf(
        stderr,
        "usage: crash null|wild_jump|wild_write|kernel_read|divide|overflow|illegal|breakpoint|abort|hog\n");
    return 2;
}
