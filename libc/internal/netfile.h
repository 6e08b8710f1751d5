/* internal/netfile.h: the files behind netdb.h: words on lines, '#' begins a comment. */
#pragma once
#include <stddef.h>
#include <stdio.h>
#include "internal/libc.h"

#define NETFILE_WORDS 34

struct netfile {
    FILE *file;
    char line[1024];
    char *words[NETFILE_WORDS + 1]; /* of the line, closed by NULL */
    size_t count;
};

/* The next line with at least `least` words; false at the end, or when the file cannot be read. */
LIBC_HIDDEN int __netfile_next(struct netfile *file, const char *path, size_t least);
/* Begin again. */
LIBC_HIDDEN void __netfile_end(struct netfile *file);
/* A number from 0 to 65535, or -1. */
LIBC_HIDDEN long __port_number(const char *text);
