/* fuzz_libc.h: what the targets of libc's parsers share: reading the input, our functions beside the host's, failing with words. */
#pragma once
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* DY(strlen): our function, with the host's prototype. */
#define DY(name) extern __typeof__(name) dy_##name

/* Both libraries speak UTF-8 from here on. */
void fuzz_locale(void);

/* ---- the input, from the front; past its end there are zeros ---- */

struct input {
    const uint8_t *at, *end;
};

static inline uint8_t input_byte(struct input *in)
{
    return in->at < in->end ? *in->at++ : 0;
}
/* bytes of the input, the first the lowest */
uint64_t input_bytes(struct input *in, int bytes);
/* 0 to count - 1 */
static inline unsigned input_below(struct input *in, unsigned count)
{
    return input_byte(in) % count;
}
/* Up to a zero byte or the end, at most size - 1 of it, into memory of just that length on the heap: an overrun is seen. */
char *input_string(struct input *in, size_t size);
/* The same decoded: UTF-8, and any byte that is none as a character of its own. */
wchar_t *input_wide(struct input *in, size_t size);
/* A number in which the awkward ones are as likely as all others. */
uint64_t input_number(struct input *in);
double input_double(struct input *in);
long double input_long_double(struct input *in);

/* ---- failing ---- */

/* Print the words and abort. */
_Noreturn void fuzz_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define FAIL(...) fuzz_fail(__FILE__, __LINE__, __VA_ARGS__)
#define EXPECT(condition)                     \
    do {                                      \
        if (!(condition))                     \
            FAIL("not true: %s", #condition); \
    } while (0)

/* Text for a message: quoted, unprintable bytes as \xNN. Four results live at a time. */
const char *fuzz_quoted(const void *text, size_t bytes);
const char *fuzz_quoted_wide(const wchar_t *text, size_t count);

/* ---- arguments of a variadic function, made at run time ---- */

enum { ARGUMENT_SLOTS = 448 };

/*
 * A va_list of the System V ABI with all registers used up: each argument is in memory, in slots of 8 bytes; a long double
 * takes two of them, aligned to 16.
 */
struct arguments {
    _Alignas(16) uint64_t slots[ARGUMENT_SLOTS];
    size_t count;
};

bool arguments_add(struct arguments *args, uint64_t value); /* false: full */
bool arguments_add_long_double(struct arguments *args, long double value);
void arguments_begin(struct arguments *args, va_list ap);

/* ---- libc/system.c: the files that the fuzzed library sees ---- */

/* What path holds from now on; the bytes are borrowed. NULL: there is no such file. Up to eight files. */
void fuzz_file(const char *path, const void *bytes, size_t size);
/* Every descriptor and folder that was opened has been closed. */
bool fuzz_files_closed(void);
