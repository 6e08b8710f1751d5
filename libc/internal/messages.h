/* internal/messages.h: gettext's files of translated messages (.mo) and their plural forms. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "internal/libc.h"

/*
 * A file in memory. Offsets and lengths have been checked when it was read, so that a broken file gives no translations and harms nobody.
 * Constant after that, but for `converted`.
 */
struct message_file {
    const char *data;
    size_t size;
    uint32_t count, originals,
        translations;         /* offsets of tables of pairs: length and offset of a text */
    int swapped;              /* it comes from a machine of the other byte order */
    unsigned forms;           /* of the plural; 0: the file does not say */
    const char *plural;       /* an expression of C in n */
    const char *from, *to;    /* codesets; NULL: nothing to convert */
    char *_Atomic *converted; /* by index */
};

/* The file, for texts in this codeset; NULL: there is none, or none that can be used. */
LIBC_HIDDEN struct message_file *__message_file_read(const char *path, const char *codeset);
/* NULL: it has no such message. The original of a plural is its singular. n: which form; NULL: the first. */
LIBC_HIDDEN const char *__message_file_find(struct message_file *file, const char *original,
                                            const unsigned long *n);
/* The form for n by the expression, which must be below `forms`; -1: it says none. */
LIBC_HIDDEN long __plural_form(const char *expression, unsigned long n, unsigned forms);
