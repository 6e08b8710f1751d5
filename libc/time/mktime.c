/* mktime.c: broken-down time to seconds. */
#include <errno.h>
#include <stddef.h>
#include "internal/tz.h"

time_t timegm(struct tm *tm)
{
    time_t t = __tm_to_seconds(tm);
    return gmtime_r(&t, tm) ? t : -1;
}

/*
 * The local time read as the zone that tm_isdst claims; when that zone is not in force then, or nothing is claimed, the
 * other one is tried. In the hour that is skipped in spring neither fits, and the claimed (or standard) one counts.
 */
static time_t resolve(const struct tm *tm, long long local)
{
    bool claimed = tm->tm_isdst > 0 && __tz_has_dst();
    time_t t = local - __tz_zone(claimed).offset;
    if (tm->tm_isdst >= 0 || __tz_at(t).dst == claimed)
        return t;
    time_t other = local - __tz_zone(!claimed).offset;
    return __tz_at(other).dst != claimed ? other : t;
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
