/* fuzz_libc.c: the input as values, values as text, arguments of variadic functions. */
#include "fuzz_libc.h"

#include <ctype.h>
#include <locale.h>

DY(setlocale);

void fuzz_locale(void)
{
    static bool done;
    if (done)
        return;
    done = true;
    /* LC_ALL is 6 in both. */
    EXPECT(setlocale(LC_ALL, "C.UTF-8") && dy_setlocale(LC_ALL, "C.UTF-8"));
}

uint64_t input_bytes(struct input *in, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint64_t)input_byte(in) << 8 * i;
    return value;
}

static size_t string_length(const struct input *in, size_t size)
{
    size_t n = 0;
    while (n + 1 < size && in->at + n < in->end && in->at[n])
        n++;
    return n;
}

static void skip_string(struct input *in, size_t n)
{
    in->at += n;
    if (in->at < in->end && *in->at == 0)
        in->at++;
}

char *input_string(struct input *in, size_t size)
{
    size_t n = string_length(in, size);
    char *text = malloc(n + 1);
    memcpy(text, in->at, n);
    text[n] = 0;
    skip_string(in, n);
    return text;
}

wchar_t *input_wide(struct input *in, size_t size)
{
    size_t n = string_length(in, size), used = 0, count = 0;
    wchar_t *text = malloc((n + 1) * sizeof *text);
    while (used < n) {
        mbstate_t state = {0};
        size_t length = mbrtowc(&text[count], (const char *)in->at + used, n - used, &state);
        /* The host's UTF-8 goes on beyond Unicode. */
        if (length == 0 || length > n - used || (unsigned)text[count] > 0x10ffff) {
            text[count] = in->at[used];
            length = 1;
        }
        used += length;
        count++;
    }
    text[count] = 0;
    skip_string(in, n);
    return realloc(text, (count + 1) * sizeof *text);
}

uint64_t input_number(struct input *in)
{
    static const uint64_t awkward[] = {
        0,           1,         7,          8,          9,          10,         63,
        64,          99,        100,        127,        128,        255,        256,
        32767,       32768,     65535,      65536,      INT32_MAX,  0x80000000, UINT32_MAX,
        0x100000000, INT64_MAX, 1ull << 63, UINT64_MAX, 1000000000, 999999999,  0xfffffffe};
    uint8_t kind = input_byte(in);
    if (kind < 0x80)
        return input_bytes(in, 1 + kind % 8);
    uint64_t value = awkward[kind % (sizeof awkward / sizeof awkward[0])];
    return kind & 0x40 ? -value : value;
}

double input_double(struct input *in)
{
    union {
        uint64_t bits;
        double value;
    } u = {0};
    uint8_t kind = input_byte(in);
    switch (kind % 4) {
    case 0: u.bits = input_bytes(in, 8); break;
    case 1: u.value = (double)(int64_t)input_number(in); break;
    case 2: u.value = (double)(int64_t)input_number(in) / (double)(1ull << kind / 4); break;
    default: { /* decimal: few digits, any place */
        char text[40];
        snprintf(text, sizeof text, "%de%d", (int)input_bytes(in, 3),
                 (int8_t)input_byte(in) * (kind & 4 ? 1 : 3));
        u.value = strtod(text, NULL);
    }
    }
    return u.value;
}

long double input_long_double(struct input *in)
{
    union {
        struct {
            uint64_t mantissa;
            uint16_t exponent;
        } bits;
        long double value;
    } u = {.value = 0};
    if (input_byte(in) % 2)
        return (long double)input_double(in);
    u.bits.mantissa = input_bytes(in, 8);
    u.bits.exponent = (uint16_t)input_bytes(in, 2);
    /* Encodings of the 8087 that are no numbers any more: the leading bit says whether the exponent is the lowest. */
    if (u.bits.exponent & 0x7fff)
        u.bits.mantissa |= 1ull << 63;
    else
        u.bits.mantissa &= ~(1ull << 63);
    return u.value;
}

/* ---- failing ---- */

void fuzz_fail(const char *file, int line, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    fprintf(stderr, "fuzz: %s:%d: ", file, line);
    vfprintf(stderr, format, ap);
    fputc('\n', stderr);
    va_end(ap);
    abort();
}

enum { QUOTED_ROOM = 4096 };

static char *quoted_room(void)
{
    static char rooms[4][QUOTED_ROOM];
    static unsigned next;
    return rooms[next++ % 4];
}

const char *fuzz_quoted(const void *text, size_t bytes)
{
    const unsigned char *p = text;
    char *out = quoted_room(), *at = out;
    *at++ = '"';
    for (size_t i = 0; i < bytes && at - out < QUOTED_ROOM - 16; i++)
        at += sprintf(at,
                      isprint(p[i]) && p[i] < 128 && p[i] != '"' && p[i] != '\\' ? "%c" : "\\x%02x",
                      p[i]);
    strcpy(at, "\"");
    return out;
}

const char *fuzz_quoted_wide(const wchar_t *text, size_t count)
{
    char *out = quoted_room(), *at = out;
    at += sprintf(at, "L\"");
    for (size_t i = 0; i < count && at - out < QUOTED_ROOM - 16; i++)
        at += sprintf(at, text[i] >= 32 && text[i] < 127 ? "%c" : "\\x{%x}", (unsigned)text[i]);
    strcpy(at, "\"");
    return out;
}

/* ---- arguments ---- */

bool arguments_add(struct arguments *args, uint64_t value)
{
    if (args->count == ARGUMENT_SLOTS)
        return false;
    args->slots[args->count++] = value;
    return true;
}

bool arguments_add_long_double(struct arguments *args, long double value)
{
    size_t at = (args->count + 1) & ~(size_t)1;
    if (at + 2 > ARGUMENT_SLOTS)
        return false;
    memset(&args->slots[at], 0, 16);
    memcpy(&args->slots[at], &value, 10);
    args->count = at + 2;
    return true;
}

void arguments_begin(struct arguments *args, va_list ap)
{
    ap->gp_offset = 48;  /* behind the six general registers */
    ap->fp_offset = 176; /* and the eight vector registers */
    ap->overflow_arg_area = args->slots;
    ap->reg_save_area = NULL;
}

/* AddressSanitizer's own idea of printf's arguments does not know numbered ones. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "check_printf=0";
}
