/* asctime.c: the fixed form "Thu Jan  1 00:00:00 1970\n". */
#include <errno.h>
#include <stdio.h>
#include <time.h>

enum { ASCTIME_SIZE = 26 };

static char *write_text(const struct tm *tm, char *buf, size_t size)
{
    static const char days[] = "SunMonTueWedThuFriSat",
                      months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const char *day = (unsigned)tm->tm_wday < 7 ? days + 3 * tm->tm_wday : "???";
    const char *month = (unsigned)tm->tm_mon < 12 ? months + 3 * tm->tm_mon : "???";
    int n = snprintf(buf, size, "%.3s %.3s%3d %.2d:%.2d:%.2d %lld\n", day, month, tm->tm_mday,
                     tm->tm_hour, tm->tm_min, tm->tm_sec, tm->tm_year + 1900LL);
    if (n < 0 || (size_t)n >= size) {
        errno = EOVERFLOW;
        return NULL;
    }
    return buf;
}

char *asctime_r(const struct tm *restrict tm, char *restrict buf)
{
    return write_text(tm, buf, ASCTIME_SIZE);
}

char *asctime(const struct tm *tm)
{
    static char buf[64];
    return write_text(tm, buf, sizeof buf);
}

char *ctime(const time_t *t)
{
    struct tm *tm = localtime(t);
    return tm ? asctime(tm) : NULL;
}

char *ctime_r(const time_t *t, char *buf)
{
    struct tm tm;
    return localtime_r(t, &tm) ? asctime_r(&tm, buf) : NULL;
}
