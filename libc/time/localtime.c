/* localtime.c: seconds to broken-down time. */
#include <errno.h>
#include "internal/tz.h"

static struct tm shared;

struct tm *gmtime_r(const time_t *restrict t, struct tm *restrict tm)
{
    if (!__seconds_to_tm(*t, tm)) {
        errno = EOVERFLOW;
        return NULL;
    }
    tm->tm_isdst = 0;
    tm->tm_gmtoff = 0;
    tm->tm_zone = "UTC";
    return tm;
}

struct tm *gmtime(const time_t *t)
{
    return gmtime_r(t, &shared);
}

struct tm *localtime_r(const time_t *restrict t, struct tm *restrict tm)
{
    __tz_update();
    struct tz_zone zone = __tz_at(*t);
    long long local;
    if (__builtin_add_overflow(*t, zone.offset, &local) || !__seconds_to_tm(local, tm)) {
        errno = EOVERFLOW;
        return NULL;
    }
    tm->tm_isdst = zone.dst;
    tm->tm_gmtoff = zone.offset;
    tm->tm_zone = zone.name;
    return tm;
}

struct tm *localtime(const time_t *t)
{
    return localtime_r(t, &shared);
}
