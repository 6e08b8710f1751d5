/* mktime.c: broken-down time to seconds. */
#include <errno.h>
#include <stddef.h>
#include "internal/tz.h"

time_t timegm(struct tm *tm)
{
    time_t t = __tm_to_seconds(tm);
    return gmtime_r(&t, tm) ? t : -1;
}

/* A local time that the change from one zone to another lets appear once, twice or never. Twice: standard time is meant. Never:
 * it is counted in standard time, so that 2:30 in the hour that spring skips is 3:30. */
static time_t between(long long local, struct tz_zone before, struct tz_zone after)
{
    long long early = local - before.offset, late = local - after.offset;
    bool early_fits = __tz_at(early).offset == before.offset;
    bool late_fits = __tz_at(late).offset == after.offset;
    if (early_fits != late_fits)
        return early_fits ? early : late;
    return before.dst && !after.dst ? late : early;
}

/* tm_isdst decides when it names a zone that there is at the time; otherwise the zone that is in force. */
static time_t resolve(const struct tm *tm, long long local)
{
    /* No offset is as large as a day, and no zone changes twice within two. */
    struct tz_zone before = __tz_at(local - 86400), after = __tz_at(local + 86400), claimed;
    bool dst = tm->tm_isdst > 0;
    if (tm->tm_isdst >= 0 && before.dst != after.dst)
        return local - (before.dst == dst ? before : after).offset;
    if (tm->tm_isdst >= 0 && before.dst != dst && __tz_zone_near(local, dst, &claimed))
        return local - claimed.offset;
    return between(local, before, after);
}

time_t mktime(struct tm *tm)
{
    __tz_update();
    time_t t = resolve(tm, __tm_to_seconds(tm));
    struct tm normal;
    if (!localtime_r(&t, &normal))
        return -1;
    *tm = normal;
    return t;
}

time_t timelocal(struct tm *tm)
{
    return mktime(tm);
}

double difftime(time_t end, time_t start)
{
    return (double)(end - start);
}
