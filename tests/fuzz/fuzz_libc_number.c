/*
 * fuzz_libc_number.c: text as numbers: strtol and its kin in every base, strtod and its kin in each rounding direction, and the wide
 * ones, against the host's: value to the last bit, end and errno.
 */
#include <fenv.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <wctype.h>

#include "libc/fuzz_libc.h"

DY(strtol);
DY(strtoul);
DY(strtoll);
DY(strtoull);
DY(strtoimax);
DY(strtoumax);
DY(strtof);
DY(strtod);
DY(strtold);
DY(atoi);
DY(atof);
DY(wcstol);
DY(wcstoul);
DY(wcstoll);
DY(wcstoull);
DY(wcstof);
DY(wcstod);
DY(wcstold);
DY(iswspace);

enum { TEXT_ROOM = 900 };

/* What a call has given. */
struct result {
    long double value; /* every long is one as well */
    const void *end;
    int error;
};

static bool same_value(long double a, long double b)
{
    /* The digits of nan(...) mean what an implementation likes; the sign is the sign. */
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b) && !signbit(a) == !signbit(b);
    return a == b && !signbit(a) == !signbit(b);
}

/* glibc says ERANGE of more digits in nan(...) than strtoull takes, and of what is rounded up to the least normal number, since it
 * thinks of an exponent without bounds. */
static bool only_host_complains(const struct result *ours, const struct result *hosts)
{
    return (isnan(ours->value) || fabsl(ours->value) == LDBL_MIN) && ours->error == 0 &&
           hosts->error == ERANGE;
}

static bool same(const struct result *ours, const struct result *hosts)
{
    return same_value(ours->value, hosts->value) && ours->end == hosts->end &&
           (ours->error == hosts->error || only_host_complains(ours, hosts));
}

#define CALL(result, call)        \
    do {                          \
        errno = 0;                \
        (result)->value = (call); \
        (result)->end = end;      \
        (result)->error = errno;  \
    } while (0)

/* Both of one name, and what they say when they differ; `shown` is the text for the message. */
#define COMPARE(name, shown, text, ...)                                                                                \
    do {                                                                                                               \
        struct result ours, theirs;                                                                                    \
        CALL(&ours, dy_##name(text, &end, ##__VA_ARGS__));                                                             \
        CALL(&theirs, name(text, &end, ##__VA_ARGS__));                                                                \
        if (!same(&ours, &theirs))                                                                                     \
            FAIL(                                                                                                      \
                "%s(%s, base/direction %d): ours %.20Lg %La end %zd errno %d, the host's %.20Lg %La end %zd errno %d", \
                #name, shown, extra, ours.value, ours.value,                                                           \
                ((const char *)ours.end - (const char *)(text)) / (ptrdiff_t)sizeof *(text),                           \
                ours.error, theirs.value, theirs.value,                                                                \
                ((const char *)theirs.end - (const char *)(text)) / (ptrdiff_t)sizeof *(text),                         \
                theirs.error);                                                                                         \
    } while (0)

static const int directions[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};

static void integers(const char *text, int base)
{
    const char *shown = fuzz_quoted(text, strlen(text));
    char *end = NULL;
    int extra = base;
    COMPARE(strtol, shown, text, base);
    COMPARE(strtoul, shown, text, base);
    COMPARE(strtoll, shown, text, base);
    COMPARE(strtoull, shown, text, base);
    COMPARE(strtoimax, shown, text, base);
    COMPARE(strtoumax, shown, text, base);
    EXPECT(dy_atoi(text) == atoi(text));
}

/* Of a subnormal number glibc 2.36 forgets the last quarter of a unit: it does not round it up, or thinks the result exact. Through long
 * double, rounded twice in one direction other than to nearest, the value is right; errno is not compared there. */
#define COMPARE_NARROW(name, type, least, shown, text, through)                               \
    do {                                                                                      \
        if (through == 0 || fabsl(through) >= least)                                          \
            COMPARE(name, shown, text);                                                       \
        else                                                                                  \
            EXPECT(same_value(dy_##name(text, NULL),                                          \
                              direction == FE_TONEAREST ? name(text, NULL) : (type)through)); \
    } while (0)

static void floats(const char *text, int direction)
{
    const char *shown = fuzz_quoted(text, strlen(text));
    char *end = NULL;
    int extra = direction;
    fesetround(direction);
    volatile long double through = strtold(text, NULL);
    COMPARE_NARROW(strtof, float, FLT_MIN, shown, text, through);
    COMPARE_NARROW(strtod, double, DBL_MIN, shown, text, through);
    COMPARE(strtold, shown, text);
    EXPECT(same_value(dy_atof(text), atof(text)));
    fesetround(FE_TONEAREST);
}

static void wide(const wchar_t *text, int base, int direction)
{
    const char *shown = fuzz_quoted_wide(text, wcslen(text));
    wchar_t *end = NULL;
    int extra = base;
    /* Which characters beyond ASCII are white space is the locale's: each library has its own table. */
    for (size_t i = 0; text[i]; i++) {
        if (!dy_iswspace((wint_t)text[i]) != !iswspace((wint_t)text[i]))
            return;
    }
    COMPARE(wcstol, shown, text, base);
    COMPARE(wcstoul, shown, text, base);
    COMPARE(wcstoll, shown, text, base);
    COMPARE(wcstoull, shown, text, base);
    extra = direction;
    fesetround(direction);
    volatile long double through = wcstold(text, NULL);
    COMPARE_NARROW(wcstof, float, FLT_MIN, shown, text, through);
    COMPARE_NARROW(wcstod, double, DBL_MIN, shown, text, through);
    COMPARE(wcstold, shown, text);
    fesetround(FE_TONEAREST);
}

/* The texts on both sides of a number: its digits, and one digit more; in each direction. */
static void round_trip(struct input *in, int direction)
{
    char text[16000], digits[64];
    unsigned kind = input_byte(in);
    long double value =
        kind & 1 ? input_long_double(in)
                 : (long double)(kind & 2 ? input_double(in) : (double)(float)input_double(in));
    snprintf(digits, sizeof digits, "%d", (int)input_byte(in) * (kind & 4 ? 1 : 4));
    snprintf(text, sizeof text, "%.*Le", atoi(digits), value);
    char *exponent = strchr(text, 'e');
    floats(text, direction);
    if (exponent && exponent > text && isfinite(value)) { /* a little more, a little less */
        exponent[-1] = (char)('0' + input_byte(in) % 10);
        floats(text, direction);
    }
    /* Half way between two of the type: exact in one more bit. */
    double x = (double)value;
    long double middle = ((long double)x + (long double)nextafter(x, INFINITY)) / 2;
    if (!isfinite(middle))
        return;
    snprintf(text, sizeof text, "%.1100Lg", middle);
    floats(text, direction);
    if (strchr(text, '.')) {
        strcat(text, "000000000000000000000001");
        floats(text, direction);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, data + size};
    fuzz_locale();
    unsigned mode = input_byte(&in);
    int direction = directions[mode >> 2 & 3];
    if ((mode & 3) == 3) {
        round_trip(&in, direction);
        return 0;
    }
    int base = (int)input_below(&in, 37);
    base = base == 1 ? 0 : base;
    struct input again = in;
    char *text = input_string(&in, TEXT_ROOM);
    integers(text, base);
    floats(text, direction);
    wchar_t *wide_text = input_wide(&again, TEXT_ROOM);
    wide(wide_text, base, direction);
    free(text);
    free(wide_text);
    return 0;
}
