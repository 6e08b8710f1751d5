/* stderr.c: standard error: unbuffered. */
#include "internal/stdio.h"

struct __file __stderr_file = {
    .flags = FILE_STATIC | FILE_WRITE,
    .fd = 2,
    .buf = __stderr_file.tiny + UNGET_MAX,
    .size = 0,
    .ops = &__file_fd_ops,
};

FILE *stderr = &__stderr_file;
