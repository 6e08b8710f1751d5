/* strftime.c: dates as text. */
#include <langinfo.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "internal/tz.h"

struct out {
    char *at;
    size_t room;
    bool full;
};

/* A conversion's flag and width: %_5d */
struct pad {
    char flag;
    int width;
};

static void put(struct out *o, const char *s, size_t n)
{
    if (n > o->room) {
        o->full = true;
        return;
    }
    memcpy(o->at, s, n);
    o->at += n;
    o->room -= n;
}

static void put_fill(struct out *o, char fill, int n)
{
    for (; n > 0 && !o->full; n--)
        put(o, &fill, 1);
}

/* The sign stands before zeros and behind blanks; width counts it. */
static void put_signed(struct out *o, char sign, long long v, int width, char fill)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%llu",
                     v < 0 ? -(unsigned long long)v : (unsigned long long)v);
    int blanks = width - n - (sign != 0);
    if (fill == ' ')
        put_fill(o, ' ', blanks);
    if (sign)
        put(o, &sign, 1);
    if (fill != ' ')
        put_fill(o, '0', blanks);
    put(o, digits, (size_t)n);
}

static void put_number(struct out *o, struct pad pad, long long v, int width, char fill)
{
    if (pad.flag == '_')
        fill = ' ';
    else if (pad.flag == '0' || pad.flag == '+')
        fill = '0';
    if (pad.flag == '-')
        width = 1;
    else if (pad.width)
        width = pad.width;
    put_signed(o, v < 0 ? '-' : 0, v, width, fill);
}

static void put_text(struct out *o, struct pad pad, const char *s)
{
    size_t n = strlen(s);
    for (int i = (int)n; i < pad.width; i++)
        put(o, pad.flag == '0' ? "0" : " ", 1);
    if (pad.flag != '^') {
        put(o, s, n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        char c = s[i] >= 'a' && s[i] <= 'z' ? (char)(s[i] - 32) : s[i];
        put(o, &c, 1);
    }
}

static void put_item(struct out *o, struct pad pad, int index, int count, nl_item first)
{
    put_text(o, pad, index >= 0 && index < count ? nl_langinfo(first + index) : "?");
}

/* The ISO 8601 week and the year it belongs to: weeks begin on Monday, the first has the year's first Thursday. */
static int iso_week(const struct tm *tm, long long *year)
{
    *year = tm->tm_year + 1900LL;
    long long weekday = (tm->tm_wday + 6LL) % 7;
    long long week = (tm->tm_yday - weekday + 10) / 7;
    if (week < 1) {
        --*year;
        long long last = __days_from_civil(*year + 1, 0, 1) - __days_from_civil(*year, 0, 1);
        return (int)((last + tm->tm_yday - weekday + 10) / 7);
    }
    long long days = __days_from_civil(*year + 1, 0, 1) - __days_from_civil(*year, 0, 1);
    if (week == 53 && tm->tm_yday - weekday + 3 >= days) {
        ++*year;
        return 1;
    }
    return (int)week;
}

/* Nothing when tm_isdst says that nobody knows. */
static void put_offset(struct out *o, const struct tm *tm)
{
    long minutes = tm->tm_gmtoff / 60, magnitude = minutes < 0 ? -minutes : minutes;
    if (tm->tm_isdst < 0)
        return;
    put(o, tm->tm_gmtoff < 0 ? "-" : "+", 1);
    put_number(o, (struct pad){0}, magnitude / 60 * 100 + magnitude % 60, 4, '0');
}

static void format(struct out *o, const char *fmt, const struct tm *tm);

static int hour12(const struct tm *tm)
{
    return tm->tm_hour % 12 ? tm->tm_hour % 12 : 12;
}

static long long floor_div(long long a, long long b)
{
    return a / b - (a % b < 0);
}

/* With the flag '+', a year with more digits than usual, or in a wider field, has a sign. */
static void put_long_year(struct out *o, struct pad pad, long long v, int usual)
{
    int width = pad.width ? pad.width : pad.flag == '+' || pad.flag == '0' ? usual : 1;
    bool wide = width > usual || v > (usual == 2 ? 99 : 9999);
    if (pad.flag == '+' && v >= 0 && wide)
        put_signed(o, '+', v, width, '0');
    else
        put_number(o, pad, v, width, '0');
}

/* %F: the width is that of the whole; without one the year has four digits. */
static void put_date(struct out *o, struct pad pad, const struct tm *tm)
{
    if (!pad.flag && !pad.width)
        pad = (struct pad){.flag = '+'};
    else
        pad.width = pad.width > 6 ? pad.width - 6 : 1;
    put_long_year(o, pad, tm->tm_year + 1900LL, 4);
    format(o, "-%m-%d", tm);
}

static long long seconds_of(const struct tm *tm)
{
    struct tm copy = *tm;
    return mktime(&copy);
}

static void put_year(struct out *o, struct pad pad, char c, const struct tm *tm)
{
    long long year = tm->tm_year + 1900LL, iso;
    if (c == 'G' || c == 'g') {
        iso_week(tm, &iso);
        year = iso;
    }
    long long century = floor_div(year, 100);
    if (c == 'C' && (pad.flag == '+' || pad.width))
        put_long_year(o, pad, century, 2);
    else if (c == 'C')
        put_number(o, pad, century, 2, '0');
    else if (c == 'y' || c == 'g')
        put_number(o, pad, year - century * 100, 2, '0');
    else
        put_long_year(o, pad, year, 4);
}

/* Conversions that are one number. false: c is not one of them. */
static bool convert_number(struct out *o, struct pad pad, char c, const struct tm *tm)
{
    long long unused;
    switch (c) {
    case 'd': put_number(o, pad, tm->tm_mday, 2, '0'); break;
    case 'e': put_number(o, pad, tm->tm_mday, 2, ' '); break;
    case 'H': put_number(o, pad, tm->tm_hour, 2, '0'); break;
    case 'I': put_number(o, pad, hour12(tm), 2, '0'); break;
    case 'j': put_number(o, pad, tm->tm_yday + 1LL, 3, '0'); break;
    case 'k': put_number(o, pad, tm->tm_hour, 2, ' '); break;
    case 'l': put_number(o, pad, hour12(tm), 2, ' '); break;
    case 'm': put_number(o, pad, tm->tm_mon + 1LL, 2, '0'); break;
    case 'M': put_number(o, pad, tm->tm_min, 2, '0'); break;
    case 'S': put_number(o, pad, tm->tm_sec, 2, '0'); break;
    case 's': put_number(o, pad, seconds_of(tm), 1, '0'); break;
    case 'u': put_number(o, pad, tm->tm_wday ? tm->tm_wday : 7, 1, '0'); break;
    case 'U': put_number(o, pad, (tm->tm_yday + 7LL - tm->tm_wday) / 7, 2, '0'); break;
    case 'V': put_number(o, pad, iso_week(tm, &unused), 2, '0'); break;
    case 'w': put_number(o, pad, tm->tm_wday, 1, '0'); break;
    case 'W': put_number(o, pad, (tm->tm_yday + 7LL - (tm->tm_wday + 6LL) % 7) / 7, 2, '0'); break;
    case 'C':
    case 'y':
    case 'Y':
    case 'g':
    case 'G': put_year(o, pad, c, tm); break;
    default: return false;
    }
    return true;
}

static void convert(struct out *o, struct pad pad, char c, const struct tm *tm)
{
    if (convert_number(o, pad, c, tm))
        return;
    switch (c) {
    case 'a': put_item(o, pad, tm->tm_wday, 7, ABDAY_1); break;
    case 'A': put_item(o, pad, tm->tm_wday, 7, DAY_1); break;
    case 'b':
    case 'h': put_item(o, pad, tm->tm_mon, 12, ABMON_1); break;
    case 'B': put_item(o, pad, tm->tm_mon, 12, MON_1); break;
    case 'p': put_text(o, pad, tm->tm_hour < 12 ? "AM" : "PM"); break;
    case 'P': put_text(o, pad, tm->tm_hour < 12 ? "am" : "pm"); break;
    case 'c': format(o, "%a %b %e %H:%M:%S %Y", tm); break;
    case 'D':
    case 'x': format(o, "%m/%d/%y", tm); break;
    case 'F': put_date(o, pad, tm); break;
    case 'r': format(o, "%I:%M:%S %p", tm); break;
    case 'R': format(o, "%H:%M", tm); break;
    case 'T':
    case 'X': format(o, "%H:%M:%S", tm); break;
    case 'z': put_offset(o, tm); break;
    case 'Z': put_text(o, pad, tm->tm_zone ? tm->tm_zone : ""); break;
    case 'n': put(o, "\n", 1); break;
    case 't': put(o, "\t", 1); break;
    case '%': put(o, "%", 1); break;
    default: put(o, "%", 1); put(o, &c, 1);
    }
}

static void format(struct out *o, const char *fmt, const struct tm *tm)
{
    while (*fmt && !o->full) {
        const char *percent = strchrnul(fmt, '%');
        put(o, fmt, (size_t)(percent - fmt));
        fmt = percent;
        if (!*fmt++)
            break;
        struct pad pad = {0};
        if (*fmt && strchr("-_0^+", *fmt))
            pad.flag = *fmt++;
        for (; *fmt >= '0' && *fmt <= '9'; fmt++)
            pad.width = pad.width < 1000 ? pad.width * 10 + (*fmt - '0') : pad.width;
        if (*fmt == 'E' || *fmt == 'O') /* alternative forms: this locale has none */
            fmt++;
        if (!*fmt)
            break;
        convert(o, pad, *fmt++, tm);
    }
}

size_t strftime(char *restrict s, size_t size, const char *restrict fmt,
                const struct tm *restrict tm)
{
    struct out o = {s, size ? size - 1 : 0, size == 0};
    format(&o, fmt, tm);
    if (o.full)
        return 0;
    *o.at = 0;
    return (size_t)(o.at - s);
}

size_t strftime_l(char *restrict s, size_t size, const char *restrict fmt,
                  const struct tm *restrict tm, locale_t loc)
{
    (void)loc;
    return strftime(s, size, fmt, tm);
}
