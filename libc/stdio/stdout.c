/* stdout.c: standard output. Its own file, so that a program that does not use it does not carry its buffer. */
#include "internal/exit.h"
#include "internal/stdio.h"

static unsigned char buffer[UNGET_MAX + BUFSIZ];

struct __file __stdout_file = {
    .flags = FILE_STATIC | FILE_WRITE | FILE_TTY_LINE,
    .fd = 1,
    .buf = buffer + UNGET_MAX,
    .size = BUFSIZ,
    .ops = &__file_fd_ops,
};

FILE *stdout = &__stdout_file;

/* Using the stream must link what exit() calls for it. */
__attribute__((used)) static void (*const at_exit)(void) = __stdio_exit;
