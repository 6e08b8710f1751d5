/*
 * fuzz_libc_printf.c: formats and arguments for the printf family, narrow and wide, against the host's: the same result and the same
 * text, in each rounding direction.
 *
 * The first byte says which: a format made of pieces, whose every conversion has a meaning (compared); or any bytes as a format
 * over arguments that are right for any conversion (no crash, a sound result).
 */
#include <fenv.h>
#include <limits.h>
#include <math.h>
#include <sys/mman.h>

#include "libc/fuzz_libc.h"

DY(vsnprintf);
DY(vswprintf);
DY(strtold);

enum { OUR_ARGUMENTS = 32 }; /* NL_ARGMAX */
enum { FORMAT_ROOM = 600, OUTPUT_ROOM = 8000, STRINGS_MAX = 24, PIECES_MAX = 8 };

/* A format under construction. */
struct format {
    char text[FORMAT_ROOM];
    size_t length;
    struct arguments args;
    void *strings[STRINGS_MAX]; /* arguments to free */
    int string_count;
    void *counters[PIECES_MAX]; /* what %n stores to: 8 bytes each */
    int counter_count;
    bool wide, positional;
    int rounding;
    bool no_huge;
    bool overflows;    /* a width or precision beyond what can be returned */
    bool incomparable; /* see why where it is set */
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

static void *keep(struct format *f, void *string)
{
    EXPECT(f->string_count < STRINGS_MAX);
    return f->strings[f->string_count++] = string;
}

/* The number of the argument that comes next, as "n$", where the format has numbers. Each of them takes one slot. */
static const char *position(const struct format *f)
{
    static char text[16];
    snprintf(text, sizeof text, f->positional ? "%zu$" : "", f->args.count + 1);
    return text;
}

static const long huge[] = {2147483647, 2147483648, 4294967295, 4294967296, 99999999999};

/* A width or a precision; returns it, or -1 when there is none. */
static int add_number(struct format *f, struct input *in, const char *before, int least)
{
    unsigned kind = input_byte(in);
    int n = (int)(kind % 64 < 48 ? kind % 24 : kind % 64 * 9);
    switch (kind >> 6) {
    case 0: return -1;
    case 1: add(f, "%s%d", before, n < least ? least : n); return n < least ? least : n;
    case 2:
        if (kind % 64 == 63 && !f->no_huge) {
            f->overflows = true;
            /* The first fits an int: as a precision it may mean nothing. */
            add(f, "%s%ld", before, huge[*before ? 1 + input_below(in, 4) : input_below(in, 5)]);
            return INT_MAX;
        }
        add(f, "%s%d", before, n < least ? least : n);
        return n < least ? least : n;
    default:
        add(f, "%s*%s", before, position(f));
        /* By number, the host pads after a negative width with the zeros of a '0' flag, or not at all. */
        n = kind & 1 && !(f->positional && !*before) ? -n : n;
        arguments_add(&f->args, (uint64_t)(int64_t)n);
        return n < 0 ? -1 : n;
    }
}

static void add_flags(struct format *f, struct input *in, const char *allowed)
{
    unsigned bits = input_byte(in);
    for (size_t i = 0; allowed[i]; i++) {
        if (bits >> i & 1)
            add(f, "%c", allowed[i]);
    }
}

static void add_integer(struct format *f, struct input *in)
{
    static const char *const lengths[] = {"", "hh", "h", "l", "ll", "j", "z", "t"};
    static const char conversions[] = "diuoxX";
    char conversion = conversions[input_below(in, 6)];
    /* '#' has no meaning for d, i, u. */
    add(f, "%%");
    add_flags(f, in,
              conversion == 'd' || conversion == 'i' || conversion == 'u' ? "-+ 0'" : "-+ 0#");
    add_number(f, in, "", 1);
    add_number(f, in, ".", 0);
    add(f, "%s%c", lengths[input_below(in, 8)], conversion);
    arguments_add(&f->args, input_number(in));
}

static void add_float(struct format *f, struct input *in)
{
    static const char conversions[] = "eEfFgGaA";
    char conversion = conversions[input_below(in, 8)];
    bool is_long =
        !f->positional && input_byte(in) % 4 == 0; /* by number it would take two slots */
    long double value = is_long ? input_long_double(in) : (long double)input_double(in);
    double narrow = (double)value;
    uint64_t bits;
    add(f, "%%");
    add_flags(f, in, "-+ 0#");
    add_number(f, in, "", 1);
    add_number(f, in, ".", 0);
    add(f, "%s%c", is_long ? "L" : "", conversion);
    /* Which digit stands before the point of %a is left open for denormals and for long double; the host takes another one. */
    if ((conversion | 32) == 'a' && isfinite(value) &&
        (is_long || (value != 0 && fabs(narrow) < 0x1p-1022)))
        f->incomparable = true;
    memcpy(&bits, &narrow, 8);
    if (is_long)
        arguments_add_long_double(&f->args, value);
    else
        arguments_add(&f->args, bits);
}

static void add_string(struct format *f, struct input *in)
{
    bool is_wide = input_byte(in) % 2;
    add(f, "%%");
    add_flags(f, in, "-");
    add_number(f, in, "", 1);
    int precision = add_number(f, in, ".", 0);
    if (is_wide) {
        wchar_t *text = input_wide(in, 200);
        add(f, input_byte(in) % 2 ? "ls" : "S");
        arguments_add(&f->args, (uintptr_t)keep(f, text));
        return;
    }
    char *text = input_string(in, 200);
    size_t length = strlen(text);
    /* No more than precision bytes may be read; wide, it counts characters. */
    if (!f->wide && precision >= 0 && (size_t)precision <= length) {
        char *cut = malloc((size_t)precision + !precision);
        memcpy(cut, text, (size_t)precision);
        free(text);
        text = cut;
    }
    add(f, "s");
    arguments_add(&f->args, (uintptr_t)keep(f, text));
}

static void add_character(struct format *f, struct input *in)
{
    bool is_wide = input_byte(in) % 2;
    uint32_t c = (uint32_t)(is_wide ? input_bytes(in, 3) : input_byte(in));
    add(f, "%%");
    add_flags(f, in, "-");
    add_number(f, in, "", 1);
    add(f, is_wide ? "lc" : "c");
    /* What is no character: the host's UTF-8 goes on beyond Unicode; wide output passes surrogates on as well, and C says nothing. */
    if (is_wide && (c > 0x10ffff || (f->wide && c - 0xd800 < 0x800)))
        f->incomparable = true;
    arguments_add(&f->args, c);
}

static void add_pointer(struct format *f, struct input *in)
{
    add(f, "%%");
    add_flags(f, in, "-");
    add_number(f, in, "", 1);
    add(f, "p");
    arguments_add(&f->args, input_number(in));
}

static void add_counter(struct format *f, struct input *in)
{
    static const char *const lengths[] = {"", "hh", "h", "l", "ll", "j", "z", "t"};
    uint64_t *counter = keep(f, calloc(1, 8));
    f->counters[f->counter_count++] = counter;
    add(f, "%%%sn", lengths[input_below(in, 8)]);
    arguments_add(&f->args, (uintptr_t)counter);
}

static void add_literal(struct format *f, struct input *in)
{
    char *text = input_string(in, 24);
    for (char *p = text; *p; p++)
        *p = *p == '%' || *p & 0x80 ? 'x' : *p;
    add(f, "%s%%%%", text);
    free(text);
}

/* Numbers go before everything else in a conversion, but widths and precisions take theirs first: put them in afterwards. */
static void number_value(struct format *f, size_t conversion_at, size_t slot)
{
    char rest[FORMAT_ROOM];
    strcpy(rest, f->text + conversion_at + 1);
    f->length = conversion_at + 1;
    add(f, "%zu$%s", slot, rest);
}

static bool has_room(const struct format *f)
{
    return FORMAT_ROOM - f->length >= 100 && f->args.count + 6 <= ARGUMENT_SLOTS &&
           (!f->positional || f->args.count + 3 <= OUR_ARGUMENTS);
}

static void add_piece(struct format *f, struct input *in)
{
    size_t at = f->length;
    switch (input_below(in, 8)) {
    case 0: add_literal(f, in); return;
    case 1: add_string(f, in); break;
    case 2: add_character(f, in); break;
    case 3: add_pointer(f, in); break;
    case 4: add_counter(f, in); break;
    case 5:
    case 6: add_float(f, in); break;
    default: add_integer(f, in); break;
    }
    if (f->positional)
        number_value(f, at, f->args.count);
}

/* ---- calling ---- */

struct result {
    int value, error;
    uint64_t counters[PIECES_MAX];
};

static void gather(struct format *f, struct result *r, int value)
{
    r->value = value;
    r->error = errno;
    for (int i = 0; i < f->counter_count; i++) {
        memcpy(&r->counters[i], f->counters[i], 8);
        memset(f->counters[i], 0, 8);
    }
}

static void call(struct format *f, struct result *r, bool ours, void *out, size_t room)
{
    va_list ap;
    arguments_begin(&f->args, ap);
    errno = 0;
    fesetround(f->rounding);
    if (!f->wide) {
        gather(f, r, (ours ? dy_vsnprintf : vsnprintf)(out, room, f->text, ap));
    } else {
        wchar_t format[FORMAT_ROOM];
        for (size_t i = 0; i <= f->length; i++)
            format[i] = (unsigned char)f->text[i];
        gather(f, r, (ours ? dy_vswprintf : vswprintf)(out, room, format, ap));
    }
    fesetround(FE_TONEAREST);
}

static const char *shown(const struct format *f, const void *out, const struct result *r)
{
    if (r->value < 0)
        return strerror(r->error);
    return f->wide ? fuzz_quoted_wide(out, wcslen(out)) : fuzz_quoted(out, strlen(out));
}

static void compare(struct format *f, size_t room)
{
    struct result ours, theirs;
    size_t unit = f->wide ? sizeof(wchar_t) : 1;
    char *a = calloc(room + !room, unit), *b = calloc(room + !room, unit);
    call(f, &ours, true, a, room);
    if (f->overflows) {
        if (ours.value != -1 || (ours.error != EOVERFLOW && ours.error != EILSEQ))
            FAIL("%s gives %d, errno %d", fuzz_quoted(f->text, f->length), ours.value, ours.error);
    } else {
        call(f, &theirs, false, b, room);
        bool same = ours.value == theirs.value &&
                    (ours.value < 0 ||
                     (memcmp(a, b, room * unit) == 0 &&
                      memcmp(ours.counters, theirs.counters, 8 * (size_t)f->counter_count) == 0));
        /* That wide text does not fit has an error number only since POSIX.1-2024; then the host still had none. */
        if (ours.value < 0 && theirs.error && theirs.error != ours.error)
            same = false;
        if (!same && !f->incomparable)
            FAIL("%s room %zu rounding %x: ours %d %s, the host's %d %s",
                 fuzz_quoted(f->text, f->length), room, (unsigned)f->rounding, ours.value,
                 shown(f, a, &ours), theirs.value, shown(f, b, &theirs));
    }
    free(a);
    free(b);
}

static void run_pieces(struct input *in, unsigned mode)
{
    static const int directions[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    struct format f = {
        .wide = mode & 1, .positional = mode & 2, .rounding = directions[mode >> 2 & 3]};
    size_t room = mode & 16 ? input_bytes(in, 2) % 600 : OUTPUT_ROOM;
    if (input_byte(in) & 1) /* so that a width of INT_MAX is too much */
        add(&f, "..");
    else
        f.no_huge = true;
    while (in->at < in->end && has_room(&f) && f.counter_count < PIECES_MAX &&
           f.string_count < STRINGS_MAX - 2)
        add_piece(&f, in);
    compare(&f, room);
    for (int i = 0; i < f.string_count; i++)
        free(f.strings[i]);
}

/* ---- any format ---- */

/*
 * An address for every argument: as a string, wide or not, it has an end; %n may store there; as an int it is a small width.
 * Two of them are a long double.
 */
static char *any_argument(void)
{
    static char *page;
    if (!page)
        page = mmap((void *)0x200000000000, 4096, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    EXPECT(page == (char *)0x200000000000);
    memset(page, 0, 128);
    strcpy(page, "a string");
    return page + 8 * 4; /* 32 as an int; "" as a string */
}

static void run_raw(struct input *in, bool wide)
{
    struct format f = {.wide = wide};
    struct result r;
    char out[4000];
    char *text = input_string(in, FORMAT_ROOM - 1);
    strcpy(f.text, text);
    f.length = strlen(text);
    free(text);
    while (arguments_add(&f.args, (uintptr_t)any_argument()))
        continue;
    /* Long fields are legal and slow. */
    for (size_t i = 0, digits = 0; i < f.length; i++) {
        digits = f.text[i] >= '0' && f.text[i] <= '9' ? digits + 1 : 0;
        if (digits > 3)
            f.text[i] = 'd';
    }
    size_t room = wide ? sizeof out / sizeof(wchar_t) : sizeof out;
    call(&f, &r, true, out, room);
    EXPECT(r.value >= -1 &&
           (r.value < 0 || wide || r.value >= (int)room || memchr(out, 0, sizeof out)));
    if (r.value < 0)
        EXPECT(r.error == EINVAL || r.error == EOVERFLOW || r.error == EILSEQ);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, data + size};
    fuzz_locale();
    unsigned mode = input_byte(&in);
    if (mode & 0x80)
        run_raw(&in, mode & 1);
    else
        run_pieces(&in, mode);
    return 0;
}
