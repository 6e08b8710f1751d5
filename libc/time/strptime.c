/* strptime.c: dates from text. */
#include <ctype.h>
#include <langinfo.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include "internal/tz.h"

struct parser {
    const char *at;
    struct tm *tm;
    int width;                    /* of the conversion under way; 0: its own */
    int century, year_of_century; /* -1: not given */
    int hour12, pm;               /* -1: not given */
    bool have_yday, have_mday, have_mon, have_date;
};

static bool parse(struct parser *p, const char *fmt);

static void skip_space(struct parser *p)
{
    while (isspace((unsigned char)*p->at))
        p->at++;
}

/* Up to `digits` digits, between low and high. */
static bool number(struct parser *p, int digits, int low, int high, int *out)
{
    skip_space(p);
    const char *start = p->at;
    int n = 0;
    if (p->width)
        digits = p->width < 9 ? p->width : 9;
    for (; digits > 0 && isdigit((unsigned char)*p->at); digits--)
        n = n * 10 + (*p->at++ - '0');
    *out = n;
    return p->at > start && n >= low && n <= high;
}

/* One of `count` names: the long form first, as the short one may begin it. */
static bool name(struct parser *p, nl_item full, nl_item shorter, int count, int *out)
{
    for (int i = 0; i < count; i++) {
        const char *forms[] = {nl_langinfo(full + i), nl_langinfo(shorter + i)};
        for (int f = 0; f < 2; f++) {
            size_t n = strlen(forms[f]);
            if (strncasecmp(p->at, forms[f], n) == 0) {
                p->at += n;
                *out = i;
                return true;
            }
        }
    }
    return false;
}

static bool am_pm(struct parser *p)
{
    if (strncasecmp(p->at, "am", 2) != 0 && strncasecmp(p->at, "pm", 2) != 0)
        return false;
    p->pm = tolower((unsigned char)*p->at) == 'p';
    p->at += 2;
    return true;
}

static bool year(struct parser *p)
{
    bool negative = *p->at == '-';
    p->at += negative || *p->at == '+';
    int y;
    if (!number(p, 4, 0, 999999999, &y))
        return false;
    p->tm->tm_year = (negative ? -y : y) - 1900;
    p->century = p->year_of_century = -1;
    return true;
}

static bool zone_offset(struct parser *p)
{
    skip_space(p);
    if (*p->at == 'Z') {
        p->at++;
        p->tm->tm_gmtoff = 0;
        return true;
    }
    int sign = *p->at == '-' ? -1 : 1, hours, minutes = 0;
    if (*p->at != '-' && *p->at != '+')
        return false;
    p->at++;
    if (!number(p, 2, 0, 24, &hours))
        return false;
    p->at += *p->at == ':';
    if (isdigit((unsigned char)*p->at) && !number(p, 2, 0, 59, &minutes))
        return false;
    p->tm->tm_gmtoff = sign * (hours * 3600L + minutes * 60L);
    return true;
}

static bool seconds_since_epoch(struct parser *p)
{
    char *end;
    time_t t = strtoll(p->at, &end, 10);
    if (end == p->at || !localtime_r(&t, p->tm))
        return false;
    p->at = end;
    p->have_date = true;
    return true;
}

static bool convert_time(struct parser *p, char c)
{
    struct tm *tm = p->tm;
    switch (c) {
    case 'H':
    case 'k': return number(p, 2, 0, 23, &tm->tm_hour);
    case 'I':
    case 'l': return number(p, 2, 1, 12, &p->hour12);
    case 'M': return number(p, 2, 0, 59, &tm->tm_min);
    case 'S': return number(p, 2, 0, 60, &tm->tm_sec);
    case 'p':
    case 'P': return am_pm(p);
    case 'r': return parse(p, "%I:%M:%S %p");
    case 'R': return parse(p, "%H:%M");
    case 'T':
    case 'X': return parse(p, "%H:%M:%S");
    case 's': return seconds_since_epoch(p);
    case 'z': return zone_offset(p);
    case 'Z':
        while (isalpha((unsigned char)*p->at))
            p->at++;
        return true;
    default: return false;
    }
}

static bool convert_date(struct parser *p, char c)
{
    struct tm *tm = p->tm;
    int unused;
    switch (c) {
    case 'a':
    case 'A': return name(p, DAY_1, ABDAY_1, 7, &tm->tm_wday);
    case 'b':
    case 'B':
    case 'h': p->have_mon = true; return name(p, MON_1, ABMON_1, 12, &tm->tm_mon);
    case 'd':
    case 'e': p->have_mday = true; return number(p, 2, 1, 31, &tm->tm_mday);
    case 'm':
        p->have_mon = number(p, 2, 1, 12, &tm->tm_mon);
        tm->tm_mon--;
        return p->have_mon;
    case 'j':
        p->have_yday = number(p, 3, 1, 366, &tm->tm_yday);
        tm->tm_yday--;
        return p->have_yday;
    case 'C': return number(p, 2, 0, 99, &p->century);
    case 'y': return number(p, 2, 0, 99, &p->year_of_century);
    case 'Y': return year(p);
    case 'u':
        if (!number(p, 1, 1, 7, &tm->tm_wday))
            return false;
        tm->tm_wday %= 7;
        return true;
    case 'w': return number(p, 1, 0, 6, &tm->tm_wday);
    case 'U':
    case 'W':
    case 'V': return number(p, 2, 0, 53, &unused);
    case 'g': return number(p, 2, 0, 99, &unused);
    case 'G': return number(p, 4, 0, 9999, &unused);
    case 'c': return parse(p, "%a %b %e %H:%M:%S %Y");
    case 'D':
    case 'x': return parse(p, "%m/%d/%y");
    case 'F': return parse(p, "%Y-%m-%d");
    default: return convert_time(p, c);
    }
}

static bool parse(struct parser *p, const char *fmt)
{
    for (; *fmt; fmt++) {
        if (isspace((unsigned char)*fmt)) {
            skip_space(p);
            continue;
        }
        if (*fmt != '%' || fmt[1] == '%') {
            if (*p->at++ != *fmt)
                return false;
            fmt += *fmt == '%';
            continue;
        }
        fmt++;
        if (*fmt && strchr("-_0^+", *fmt))
            fmt++;
        for (p->width = 0; isdigit((unsigned char)*fmt); fmt++)
            p->width = p->width < 1000 ? p->width * 10 + (*fmt - '0') : p->width;
        if (*fmt == 'E' || *fmt == 'O')
            fmt++;
        if (*fmt == 'n' || *fmt == 't')
            skip_space(p);
        else if (!*fmt || !convert_date(p, *fmt))
            return false;
    }
    return true;
}

/* What was given in parts, and the fields that follow from others. */
static void complete(struct parser *p)
{
    struct tm *tm = p->tm;
    if (p->century >= 0)
        tm->tm_year = p->century * 100 - 1900 + (p->year_of_century >= 0 ? p->year_of_century : 0);
    else if (p->year_of_century >= 0)
        tm->tm_year = p->year_of_century + (p->year_of_century < 69 ? 100 : 0);
    if (p->hour12 >= 0)
        tm->tm_hour = p->hour12 % 12 + (p->pm > 0 ? 12 : 0);
    if (p->have_date || (!p->have_yday && !(p->have_mon && p->have_mday)))
        return;
    bool from_yday = p->have_yday && !(p->have_mon && p->have_mday);
    long long days = __days_from_civil(tm->tm_year + 1900LL, from_yday ? 0 : tm->tm_mon,
                                       from_yday ? tm->tm_yday + 1 : tm->tm_mday);
    struct tm date;
    if (!__seconds_to_tm(days * 86400, &date))
        return;
    tm->tm_wday = date.tm_wday;
    tm->tm_yday = date.tm_yday;
    if (from_yday) {
        tm->tm_mon = date.tm_mon;
        tm->tm_mday = date.tm_mday;
    }
}

char *strptime(const char *restrict s, const char *restrict fmt, struct tm *restrict tm)
{
    struct parser p = {
        .at = s, .tm = tm, .century = -1, .year_of_century = -1, .hour12 = -1, .pm = -1};
    if (!parse(&p, fmt))
        return NULL;
    complete(&p);
    return (char *)p.at;
}
