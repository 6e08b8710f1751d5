/* fp_scan.c: the grammar of floating-point constants, as a state machine. fp_value.c makes the number. */
#include <ctype.h>
#include <stddef.h>
#include "internal/fp_scan.h"

enum { EXPONENT_LIMIT = 1000000000 }; /* beyond any that matters, far from overflow */

void __fp_scan_start(struct fp_scan *s, const struct fp_format *format)
{
    memset(s, 0, offsetof(struct fp_scan, words));
    s->format = format;
    s->number = (struct bignum){s->words, 0, FP_SCAN_WORDS};
    s->chunk_unit = 1;
}

static int digit_of(const struct fp_scan *s, int c)
{
    if (isdigit(c))
        return c - '0';
    return s->hex && isxdigit(c) ? tolower(c) - 'a' + 10 : -1;
}

void __fp_scan_flush(struct fp_scan *s)
{
    bignum_mul_add(&s->number, s->chunk_unit, s->chunk);
    s->chunk = 0;
    s->chunk_unit = 1;
}

static void take_digit(struct fp_scan *s, int digit, bool fraction)
{
    uint32_t base = s->hex ? 16 : 10;
    int weight = s->hex ? 4 : 1; /* in hexadecimal, scale counts bits */
    s->any_digit = true;
    if (s->kept == 0 && digit == 0) { /* a leading zero */
        s->scale -= fraction ? weight : 0;
        return;
    }
    if (s->kept >= s->format->max_digits) {
        s->sticky |= digit != 0;
        s->scale += fraction ? 0 : weight;
        return;
    }
    s->kept++;
    s->scale -= fraction ? weight : 0;
    s->chunk = s->chunk * base + (uint32_t)digit;
    s->chunk_unit *= base;
    if (s->chunk_unit >= 100000000)
        __fp_scan_flush(s);
}

static enum fp_taken complete_if(bool ok)
{
    return ok ? FP_COMPLETE : FP_PARTIAL;
}

static enum fp_taken next_word(struct fp_scan *s, int c, const char *word)
{
    if (!word[s->word_at] || tolower(c) != word[s->word_at])
        return FP_REJECTED;
    s->word_at++;
    return complete_if(s->word_at == 3 || !word[s->word_at]);
}

static enum fp_taken next_nan(struct fp_scan *s, int c)
{
    if (s->state == FP_SCAN_NAN_TAG) {
        if (c == ')') {
            s->state = FP_SCAN_END;
            return FP_COMPLETE;
        }
        return isalnum(c) || c == '_' ? FP_PARTIAL : FP_REJECTED;
    }
    if (s->word_at == 3 && c == '(') {
        s->state = FP_SCAN_NAN_TAG;
        return FP_PARTIAL;
    }
    return next_word(s, c, "nan");
}

/* The first character after an optional sign. */
static enum fp_taken next_first(struct fp_scan *s, int c)
{
    if (c == '.') {
        s->state = FP_SCAN_FRACTION;
        return FP_PARTIAL;
    }
    if (isdigit(c)) {
        s->state = c == '0' ? FP_SCAN_ZERO : FP_SCAN_DIGITS;
        take_digit(s, c - '0', false);
        return FP_COMPLETE;
    }
    if (tolower(c) != 'i' && tolower(c) != 'n')
        return FP_REJECTED;
    s->state = tolower(c) == 'i' ? FP_SCAN_INF : FP_SCAN_NAN;
    s->word_at = 1;
    return FP_PARTIAL;
}

static enum fp_taken next_digits(struct fp_scan *s, int c)
{
    bool fraction = s->state == FP_SCAN_FRACTION;
    int digit = digit_of(s, c);
    if (s->state == FP_SCAN_ZERO && tolower(c) == 'x') {
        s->hex = true;
        s->any_digit = false;
        s->state = FP_SCAN_DIGITS;
        return FP_PARTIAL;
    }
    if (s->state == FP_SCAN_ZERO)
        s->state = FP_SCAN_DIGITS;
    if (digit >= 0) {
        take_digit(s, digit, fraction);
        return FP_COMPLETE;
    }
    if (c == '.' && !fraction) {
        s->state = FP_SCAN_FRACTION;
        return complete_if(s->any_digit);
    }
    if (tolower(c) == (s->hex ? 'p' : 'e') && s->any_digit) {
        s->state = FP_SCAN_EXPONENT;
        return FP_PARTIAL;
    }
    return FP_REJECTED;
}

static enum fp_taken next_exponent(struct fp_scan *s, int c)
{
    if (s->state == FP_SCAN_EXPONENT && (c == '+' || c == '-')) {
        s->exponent_negative = c == '-';
        s->state = FP_SCAN_EXPONENT_SIGNED;
        return FP_PARTIAL;
    }
    if (!isdigit(c))
        return FP_REJECTED;
    s->state = FP_SCAN_EXPONENT_DIGITS;
    if (s->exponent < EXPONENT_LIMIT)
        s->exponent = s->exponent * 10 + (c - '0');
    return FP_COMPLETE;
}

enum fp_taken __fp_scan_next(struct fp_scan *s, int c)
{
    switch (s->state) {
    case FP_SCAN_START:
        s->state = FP_SCAN_SIGNED;
        if (c == '+' || c == '-') {
            s->negative = c == '-';
            return FP_PARTIAL;
        }
        return next_first(s, c);
    case FP_SCAN_SIGNED: return next_first(s, c);
    case FP_SCAN_ZERO:
    case FP_SCAN_DIGITS:
    case FP_SCAN_FRACTION: return next_digits(s, c);
    case FP_SCAN_EXPONENT:
    case FP_SCAN_EXPONENT_SIGNED:
    case FP_SCAN_EXPONENT_DIGITS: return next_exponent(s, c);
    case FP_SCAN_INF: return next_word(s, c, "infinity");
    case FP_SCAN_NAN:
    case FP_SCAN_NAN_TAG: return next_nan(s, c);
    case FP_SCAN_END: break;
    }
    return FP_REJECTED;
}
