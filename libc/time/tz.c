/* tz.c: the zone that TZ names: POSIX's strings, such as CET-1CEST,M3.5.0,M10.5.0/3, and files (tzfile.c). */
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "internal/lock.h"
#include "internal/tzfile.h"

enum { RULE_JULIAN_NO_LEAP, RULE_JULIAN, RULE_MONTH };

/* A day of the year and a local time on it when the other zone begins. */
struct rule {
    int kind, day, week, month;
    long time;
};

static struct libc_lock lock;
/* Guarded by lock: */
static char current[256] = "UTC0"; /* the TZ that the rest was made from */
static const struct tz_file *file; /* NULL: the rule below is all there is */
static bool has_rule = true;
/* The rule: a POSIX string's, or that of a file's last line. */
static char names[2][TZNAME_MAX + 1] = {"UTC", "UTC"};
static long offsets[2]; /* standard and summer, seconds east */
static bool has_dst;
static struct rule to_dst, to_standard;

char *tzname[2] = {names[0], names[1]};
long timezone;
int daylight;

/* ---- parsing: each returns what follows, or null ---- */

static const char *parse_name(const char *p, char *name)
{
    bool quoted = *p == '<';
    const char *start = p += quoted;
    while (quoted ? *p && *p != '>' : isalpha((unsigned char)*p) != 0)
        p++;
    size_t n = (size_t)(p - start);
    if (n < 3 || n > TZNAME_MAX || (quoted && *p != '>'))
        return NULL;
    memcpy(name, start, n);
    name[n] = 0;
    return p + quoted;
}

static const char *parse_int(const char *p, int low, int high, int *out)
{
    if (!isdigit((unsigned char)*p))
        return NULL;
    long n = 0;
    for (; isdigit((unsigned char)*p) && n <= high; p++)
        n = n * 10 + (*p - '0');
    *out = (int)n;
    return n >= low && n <= high ? p : NULL;
}

/* [+-]hh[:mm[:ss]] */
static const char *parse_time(const char *p, long *out)
{
    int sign = *p == '-' ? -1 : 1, part[3] = {0};
    p += *p == '-' || *p == '+';
    p = parse_int(p, 0, 167, &part[0]);
    for (int i = 1; p && i < 3 && *p == ':'; i++)
        p = parse_int(p + 1, 0, 59, &part[i]);
    *out = sign * (part[0] * 3600L + part[1] * 60 + part[2]);
    return p;
}

static const char *parse_rule(const char *p, struct rule *r)
{
    *r = (struct rule){.kind = RULE_JULIAN, .time = 7200};
    if (*p == 'M') {
        r->kind = RULE_MONTH;
        p = parse_int(p + 1, 1, 12, &r->month);
        p = p && *p == '.' ? parse_int(p + 1, 1, 5, &r->week) : NULL;
        p = p && *p == '.' ? parse_int(p + 1, 0, 6, &r->day) : NULL;
    } else if (*p == 'J') {
        r->kind = RULE_JULIAN_NO_LEAP;
        p = parse_int(p + 1, 1, 365, &r->day);
    } else {
        p = parse_int(p, 0, 365, &r->day);
    }
    return p && *p == '/' ? parse_time(p + 1, &r->time) : p;
}

static bool parse_dst(const char *p)
{
    p = parse_name(p, names[1]);
    offsets[1] = offsets[0] + 3600;
    if (p && *p && *p != ',') {
        p = parse_time(p, &offsets[1]);
        offsets[1] = -offsets[1];
    }
    if (p && !*p)
        p = ",M3.2.0,M11.1.0"; /* the rule that is customary when none is given */
    p = p && *p == ',' ? parse_rule(p + 1, &to_dst) : NULL;
    p = p && *p == ',' ? parse_rule(p + 1, &to_standard) : NULL;
    return p && !*p;
}

static bool parse_tz(const char *p)
{
    p = parse_name(p, names[0]);
    p = p ? parse_time(p, &offsets[0]) : NULL;
    if (!p)
        return false;
    offsets[0] = -offsets[0]; /* POSIX counts westward */
    offsets[1] = offsets[0];
    strcpy(names[1], names[0]);
    has_dst = *p != 0;
    return !has_dst || parse_dst(p);
}

static void set_utc(void)
{
    strcpy(names[0], "UTC");
    strcpy(names[1], "UTC");
    offsets[0] = offsets[1] = 0;
    has_dst = false;
}

/* A file's rule is its last line; without one, tzname and timezone are of the zones that were in force last. */
static bool set_rule_from_footer(void)
{
    char footer[128] = "";
    if (file->footer) {
        char *end = memccpy(footer, file->footer, '\n', sizeof footer);
        if (!end)
            return false;
        end[-1] = 0;
    }
    return parse_tz(footer);
}

static void set_from_file(void)
{
    struct tz_zone zone;
    bool ever_dst = __tzfile_nearest(file, LLONG_MAX, true, &zone);
    has_rule = set_rule_from_footer();
    if (!has_rule) {
        has_dst = false;
        strlcpy(names[1], zone.name, sizeof names[1]);
        __tzfile_nearest(file, LLONG_MAX, false, &zone);
        strlcpy(names[0], zone.name, sizeof names[0]);
        offsets[0] = zone.offset;
    }
    timezone = -offsets[0];
    daylight = has_dst || ever_dst;
}

/* TZ unset is the system's zone, TZ empty is UTC. A name that is no POSIX string is a file's, as is one behind a colon. */
static void update_locked(void)
{
    const char *tz = getenv("TZ");
    if (!tz)
        tz = ":" ZONEINFO_DEFAULT;
    if (strcmp(tz, current) == 0)
        return;
    strlcpy(current, tz, sizeof current);
    file = NULL;
    has_rule = true;
    if (*tz == ':' || !parse_tz(tz)) {
        file = __tzfile_open(tz + (*tz == ':'));
        if (file) {
            set_from_file();
            return;
        }
        if (*tz != ':' || !parse_tz(tz + 1))
            set_utc();
    }
    timezone = -offsets[0];
    daylight = has_dst;
}

void __tz_update(void)
{
    libc_lock(&lock);
    update_locked();
    libc_unlock(&lock);
}

void tzset(void)
{
    __tz_update();
}

/* ---- which zone ---- */

static bool is_leap(long long year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* When the rule strikes in a year: seconds since 1970, in the local time before the change. */
static long long rule_time(const struct rule *r, long long year)
{
    long long day = __days_from_civil(year, 0, 1);
    switch (r->kind) {
    case RULE_JULIAN_NO_LEAP: day += r->day - 1 + (is_leap(year) && r->day >= 60); break;
    case RULE_JULIAN: day += r->day; break;
    default: {
        long long first = __days_from_civil(year, r->month - 1, 1);
        long long next = __days_from_civil(year, r->month, 1);
        int weekday = (int)(((first + 4) % 7 + 7) % 7);
        day = first + (r->day - weekday + 7) % 7 + (r->week - 1) * 7;
        while (day >= next) /* week 5 is the last one */
            day -= 7;
    }
    }
    return day * 86400 + r->time;
}

static bool dst_at(long long t)
{
    struct tm tm;
    long long local;
    if (!has_dst || __builtin_add_overflow(t, offsets[0], &local) || !__seconds_to_tm(local, &tm))
        return false;
    long long year = tm.tm_year + 1900LL;
    long long begin = rule_time(&to_dst, year) - offsets[0];
    long long end = rule_time(&to_standard, year) - offsets[1];
    return begin < end ? t >= begin && t < end
                       : t >= begin || t < end; /* south of the equator it spans new year */
}

static struct tz_zone rule_zone(bool dst)
{
    return (struct tz_zone){offsets[dst], dst, names[dst]};
}

struct tz_zone __tz_at(long long t)
{
    libc_lock(&lock);
    bool after = true;
    struct tz_zone zone = rule_zone(false);
    if (file)
        zone = __tzfile_at(file, t, &after);
    if (after && has_rule)
        zone = rule_zone(dst_at(t));
    libc_unlock(&lock);
    return zone;
}

bool __tz_zone_near(long long t, bool dst, struct tz_zone *out)
{
    libc_lock(&lock);
    bool after = true, found = !dst || has_dst;
    if (file)
        __tzfile_at(file, t, &after);
    if (after && has_rule && found)
        *out = rule_zone(dst);
    else
        found = file && __tzfile_nearest(file, t, dst, out);
    libc_unlock(&lock);
    return found;
}
