/* strfmon.c: amounts of money as text, in the one locale, which has no currency: a point, two digits, '-' before what is negative. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <monetary.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct amount {
    char fill;
    bool parentheses, left;
    int width, left_digits, right_digits; /* -1: not given */
};

/* The digits of a number; -1 with errno EINVAL when it is too large. */
static int number(const char **at)
{
    int n = 0;
    while (isdigit((unsigned char)**at)) {
        if (n > (INT_MAX - 9) / 10)
            return -1;
        n = n * 10 + (*(*at)++ - '0');
    }
    return n;
}

/* What stands behind a mark, if the mark is there; false when that is no number. */
static bool marked_number(const char **at, char mark, int *out)
{
    if (**at != mark)
        return true;
    ++*at;
    if (!isdigit((unsigned char)**at))
        return false;
    *out = number(at);
    return *out >= 0;
}

/* Everything between '%' and the conversion character; false when it is malformed. */
static bool parse(const char **at, struct amount *a)
{
    const char *s = *at;
    *a = (struct amount){.fill = ' ', .left_digits = -1, .right_digits = -1};
    bool sign_given = false;
    for (; *s && strchr("=^+(!-", *s); s++) {
        if (*s == '=' && !*++s)
            return false;
        if (s[-1] == '=')
            a->fill = *s;
        else if (*s == '+' || *s == '(') {
            if (sign_given)
                return false;
            sign_given = true;
            a->parentheses = *s == '(';
        } else if (*s == '-')
            a->left = true;
    }
    a->width = number(&s);
    if (!marked_number(&s, '#', &a->left_digits) || !marked_number(&s, '.', &a->right_digits))
        return false;
    *at = s;
    return a->width >= 0;
}

/* An appender that remembers when there was no room. */
struct output {
    char *at;
    size_t left;
    bool full;
};

static void put(struct output *o, char c, size_t times)
{
    if (times > o->left) {
        o->full = true;
        return;
    }
    memset(o->at, c, times);
    o->at += times;
    o->left -= times;
}

static void put_text(struct output *o, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put(o, s[i], 1);
}

static void put_amount(struct output *o, const struct amount *a, double value)
{
    char digits[512];
    bool negative = __builtin_signbit(value) != 0;
    int precision = a->right_digits < 0 ? 2 : a->right_digits;
    int n = snprintf(digits, sizeof digits, "%.*f", precision, negative ? -value : value);
    if (n < 0 || (size_t)n >= sizeof digits) {
        o->full = true;
        return;
    }
    size_t whole = strcspn(digits, "."), fill = 0;
    if (a->left_digits >= 0 && (size_t)a->left_digits > whole)
        fill = (size_t)a->left_digits - whole;
    /* With a width of the left part, signs take their place in every amount, so that columns stay in line. */
    bool aligned = a->left_digits >= 0;
    size_t before = negative || aligned, after = a->parentheses && negative;
    size_t length = before + fill + (size_t)n + after, width = (size_t)a->width;
    size_t pad = width > length ? width - length : 0;
    if (!a->left)
        put(o, ' ', pad);
    put(o, negative ? (a->parentheses ? '(' : '-') : ' ', before);
    put(o, a->fill, fill);
    put_text(o, digits, (size_t)n);
    put(o, ')', after);
    if (a->left)
        put(o, ' ', pad);
}

static ssize_t format(char *s, size_t n, const char *fmt, va_list ap)
{
    struct output o = {s, n, false};
    for (; *fmt && !o.full; fmt++) {
        struct amount a;
        if (*fmt != '%' || fmt[1] == '%') {
            put(&o, *fmt, 1);
            fmt += *fmt == '%';
            continue;
        }
        fmt++;
        if (!parse(&fmt, &a) || (*fmt != 'n' && *fmt != 'i')) {
            errno = EINVAL;
            return -1;
        }
        put_amount(&o, &a, va_arg(ap, double));
    }
    if (o.full || o.left == 0) {
        errno = E2BIG;
        return -1;
    }
    *o.at = 0;
    return o.at - s;
}

ssize_t strfmon(char *restrict s, size_t n, const char *restrict fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    ssize_t length = format(s, n, fmt, ap);
    va_end(ap);
    return length;
}

ssize_t strfmon_l(char *restrict s, size_t n, locale_t loc, const char *restrict fmt, ...)
{
    va_list ap;
    (void)loc;
    va_start(ap, fmt);
    ssize_t length = format(s, n, fmt, ap);
    va_end(ap);
    return length;
}
