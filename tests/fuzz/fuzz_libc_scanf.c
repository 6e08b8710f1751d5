/*
 * fuzz_libc_scanf.c: formats and text for the scanf family, narrow and wide, against the host's: the same number of conversions, the
 * same values.
 */
#include <ctype.h>
#include <math.h>

#include "libc/fuzz_libc.h"

DY(vsscanf);
DY(vswscanf);

enum {
    TEXT_ROOM = 200,
    FORMAT_ROOM = 400,
    PIECES_MAX = 16,
    STORE_BYTES = 4 * (TEXT_ROOM + PIECES_MAX * 9) + 80
};

enum kind { STORED, FLOAT, DOUBLE, LONG_DOUBLE, ALLOCATED, ALLOCATED_WIDE };

struct format {
    char text[FORMAT_ROOM];
    size_t length;
    enum kind kinds[PIECES_MAX];
    int count; /* of arguments */
    bool positional;
    bool takes_floats;     /* %e and its kin */
    bool takes_characters; /* %ls and its kin */
    bool takes_bytes;      /* %s and its kin: with a width they may end within a character */
    bool long_text;        /* the text must not end within a conversion; see add_text */
};

_Static_assert(STORE_BYTES % 16 == 0, "each may hold a long double");

struct results {
    _Alignas(16) char stores[PIECES_MAX][STORE_BYTES];
    int value, error;
};

static void add(struct format *f, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(f->text + f->length, FORMAT_ROOM - f->length, format, ap);
    va_end(ap);
    if (n > 0 && f->length + (size_t)n < FORMAT_ROOM)
        f->length += (size_t)n;
    f->text[f->length] = 0;
}

/* "%", the number, '*' and the width; true: it stores something. */
static bool begin(struct format *f, struct input *in, bool may_suppress)
{
    unsigned kind = input_byte(in);
    bool stores = !may_suppress || kind % 8;
    add(f, "%%");
    if (f->positional && stores)
        add(f, "%d$", f->count + 1);
    if (!stores)
        add(f, "*");
    if (may_suppress && kind & 0x40) /* a width has no meaning for %n */
        add(f, "%d", 1 + (kind >> 3) % 8);
    return stores;
}

static void note(struct format *f, bool stores, enum kind kind)
{
    if (stores)
        f->kinds[f->count++] = kind;
}

static void add_integer(struct format *f, struct input *in)
{
    static const char *const lengths[] = {"", "hh", "h", "l", "ll", "j", "z", "t"};
    bool stores = begin(f, in, true);
    unsigned length = input_below(in, 9);
    if (length == 8)
        add(f, "p");
    else
        add(f, "%s%c", lengths[length], "diouxX"[input_below(in, 6)]);
    note(f, stores, STORED);
}

static void add_float(struct format *f, struct input *in)
{
    bool stores = begin(f, in, true);
    unsigned length = input_below(in, 3);
    add(f, "%s%c", length == 2 ? "L" : length == 1 ? "l" : "", "aefgAEFG"[input_below(in, 8)]);
    note(f, stores, FLOAT + length);
    f->takes_floats = true;
}

static void add_set(struct format *f, struct input *in)
{
    static const char *const sets[] = {"a-z",     "^ \n", "0-9a-f", "]x", "^]",  "x-",
                                       "^a-z0-9", "é-ï",  "abc",    "-z", "^-x", "A-Za-z_"};
    add(f, "[%s]", sets[input_below(in, sizeof sets / sizeof sets[0])]);
}

static void add_text(struct format *f, struct input *in)
{
    bool stores = begin(f, in, true);
    unsigned kind = input_byte(in);
    bool allocate = kind & 1 && stores, wide = kind & 2;
    f->takes_characters |= wide;
    f->takes_bytes |= !wide;
    add(f, "%s%s", allocate ? "m" : "", wide ? "l" : "");
    if (kind >> 2 & 1)
        add(f, "s");
    else if (kind >> 3 & 1) {
        add(f, "c");
        /* "Exactly the number specified by the field width", says C; the host is content with fewer at the end of the input. */
        f->long_text = true;
    } else {
        add_set(f, in);
        f->takes_bytes |= !stores; /* the host counts the width of %*l[ in bytes */
    }
    note(f, stores, !allocate ? STORED : wide ? ALLOCATED_WIDE : ALLOCATED);
}

static void add_literal(struct format *f, struct input *in)
{
    char *text = input_string(in, 8);
    for (char *p = text; *p; p++)
        *p = *p == '%' || *p & 0x80 ? ' ' : *p;
    add(f, "%s", text);
    free(text);
}

static void add_piece(struct format *f, struct input *in)
{
    switch (input_below(in, 6)) {
    case 0: add_literal(f, in); break;
    case 1: add(f, input_byte(in) & 1 ? "%%%%" : " "); break;
    case 2: add_float(f, in); break;
    case 3: add_text(f, in); break;
    case 4: {
        bool stores = begin(f, in, false);
        add(f, "n");
        note(f, stores, STORED);
        break;
    }
    default: add_integer(f, in);
    }
}

/* ---- calling ---- */

static void call(struct format *f, const void *text, bool wide, bool ours, struct results *r)
{
    struct arguments args = {.count = 0};
    va_list ap;
    memset(r, 0, sizeof *r);
    for (int i = 0; i < f->count; i++)
        arguments_add(&args, (uintptr_t)r->stores[i]);
    arguments_begin(&args, ap);
    errno = 0;
    if (!wide) {
        r->value = (ours ? dy_vsscanf : vsscanf)(text, f->text, ap);
    } else {
        wchar_t format[FORMAT_ROOM];
        mbstowcs(format, f->text, FORMAT_ROOM);
        r->value = (ours ? dy_vswscanf : vswscanf)(text, format, ap);
    }
    r->error = errno;
}

static bool same_float(long double a, long double b)
{
    return isnan(a) ? isnan(b) && !signbit(a) == !signbit(b) : a == b && !signbit(a) == !signbit(b);
}

static bool same_store(enum kind kind, const char *a, const char *b)
{
    const void *p, *q;
    memcpy(&p, a, sizeof p);
    memcpy(&q, b, sizeof q);
    switch (kind) {
    case FLOAT: return same_float(*(const float *)a, *(const float *)b);
    case DOUBLE: return same_float(*(const double *)a, *(const double *)b);
    case LONG_DOUBLE: return same_float(*(const long double *)a, *(const long double *)b);
    case ALLOCATED: return !p == !q; /* %c gives no end: sanitizers look at what was written */
    case ALLOCATED_WIDE: return !p == !q;
    default: return memcmp(a, b, STORE_BYTES) == 0;
    }
}

static void release(const struct format *f, struct results *r)
{
    for (int i = 0; i < f->count; i++) {
        if (f->kinds[i] == ALLOCATED || f->kinds[i] == ALLOCATED_WIDE) {
            void *p;
            memcpy(&p, r->stores[i], sizeof p);
            free(p);
        }
    }
}

/*
 * Where a width can end, C says that what was read does not match, and the host takes what it can use: "0x" without a digit is a
 * zero, "1e" and "1e+" are 1, "nan(" is a NaN.
 */
static bool host_deviates(const struct format *f, const char *text)
{
    for (const char *p = text; *p; p++) {
        if (*p == '0' && (p[1] | 32) == 'x')
            return true;
        if (f->takes_floats &&
            (((*p | 32) == 'n' && strchr(p, '(')) || (p > text && strchr("eEpP", *p))))
            return true;
    }
    return false;
}

static void compare(struct format *f, const void *text, bool wide, const char *shown)
{
    static struct results ours, theirs;
    call(f, text, wide, true, &ours);
    call(f, text, wide, false, &theirs);
    bool same = ours.value == theirs.value;
    int differs = -1;
    for (int i = 0; same && i < f->count; i++) {
        /* What a conversion that did not match has left behind is nobody's business. */
        if (i < ours.value && !same_store(f->kinds[i], ours.stores[i], theirs.stores[i]))
            differs = i;
    }
    if (!same || differs >= 0)
        FAIL(
            "%s in %s: ours %d (errno %d), the host's %d (errno %d), first difference in argument %d: %s and %s",
            fuzz_quoted(f->text, f->length), shown, ours.value, ours.error, theirs.value,
            theirs.error, differs + 1, fuzz_quoted(ours.stores[differs < 0 ? 0 : differs], 20),
            fuzz_quoted(theirs.stores[differs < 0 ? 0 : differs], 20));
    release(f, &ours);
    release(f, &theirs);
}

static bool is_ascii(const char *text)
{
    while (*text > 0)
        text++;
    return *text == 0;
}

/* More text than all widths together. */
static void lengthen(char **text, wchar_t **wide_text)
{
    size_t length = strlen(*text), wide_length = wcslen(*wide_text);
    *text = realloc(*text, length + PIECES_MAX * 9 + 1);
    *wide_text = realloc(*wide_text, (wide_length + PIECES_MAX * 9 + 1) * sizeof(wchar_t));
    for (int i = 0; i < PIECES_MAX * 9; i++) {
        (*text)[length++] = '~';
        (*wide_text)[wide_length++] = L'~';
    }
    (*text)[length] = 0;
    (*wide_text)[wide_length] = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, data + size};
    fuzz_locale();
    unsigned mode = input_byte(&in);
    struct format f = {.positional = mode & 2};
    struct input again = in;
    char *text = input_string(&in, TEXT_ROOM);
    wchar_t *wide_text = input_wide(&again, TEXT_ROOM);
    for (int i = 0; i < PIECES_MAX && in.at < in.end; i++)
        add_piece(&f, &in);
    if (host_deviates(&f, text))
        mode |= 0x80;
    /* In text that is no UTF-8, or is cut within a character (a set in bytes does that), the host's %l[ matches and stores nothing, and what
     * is behind %c no failure; to POSIX it is an input failure. Its UTF-8 has characters of five and six bytes. */
    if (f.takes_characters && !(mode & 1) &&
        (mbstowcs(NULL, text, 0) == (size_t)-1 ||
         strpbrk(text, "\xf4\xf5\xf6\xf7\xf8\xf9\xfa\xfb\xfc\xfd") ||
         ((f.takes_bytes || !is_ascii(f.text)) && !is_ascii(text))))
        mode |= 0x80;
    if (f.long_text)
        lengthen(&text, &wide_text);
    if (mode & 0x80) { /* without comparison */
        static struct results ours;
        call(&f, mode & 1 ? (void *)wide_text : text, mode & 1, true, &ours);
        release(&f, &ours);
    } else {
        compare(&f, mode & 1 ? (void *)wide_text : text, mode & 1,
                mode & 1 ? fuzz_quoted_wide(wide_text, wcslen(wide_text))
                         : fuzz_quoted(text, strlen(text)));
    }
    free(text);
    free(wide_text);
    return 0;
}
