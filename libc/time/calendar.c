/*
 * calendar.c: days and dates. The year is counted from March, so that the leap day is its last; 400 such years are
 * exactly 146097 days.
 */
#include <limits.h>
#include "internal/tz.h"

enum { DAYS_PER_ERA = 146097, ERA_YEARS = 400, DAY_SECONDS = 86400 };
/* From 0000-03-01 to 1970-01-01. */
enum { EPOCH_DAYS = 719468 };

static long long floor_div(long long a, long long b)
{
    return a / b - (a % b < 0);
}

long long __days_from_civil(long long year, int month, long long day)
{
    year += floor_div(month, 12);
    int m = (int)(month - floor_div(month, 12) * 12); /* 0..11, January first */
    int march = (m + 10) % 12;                        /* 0..11, March first */
    year -= m < 2;
    long long era = floor_div(year, ERA_YEARS);
    int of_era = (int)(year - era * ERA_YEARS);
    int of_year = (153 * march + 2) / 5; /* days before the month; months go 31 30 31 30 31 */
    return era * DAYS_PER_ERA + of_era * 365LL + of_era / 4 - of_era / 100 + of_year + day - 1 -
           EPOCH_DAYS;
}

bool __seconds_to_tm(long long t, struct tm *tm)
{
    long long days = floor_div(t, DAY_SECONDS);
    int second = (int)(t % DAY_SECONDS + (t % DAY_SECONDS < 0 ? DAY_SECONDS : 0));
    long long shifted = days + EPOCH_DAYS;
    long long era = floor_div(shifted, DAYS_PER_ERA);
    int of_era = (int)(shifted - era * DAYS_PER_ERA);
    int year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int march = (5 * of_year + 2) / 153;
    int month = (march + 2) % 12;
    long long year = era * ERA_YEARS + year_of_era + (month < 2);
    if (year - 1900 > INT_MAX || year - 1900 < INT_MIN)
        return false;
    tm->tm_year = (int)(year - 1900);
    tm->tm_mon = month;
    tm->tm_mday = of_year - (153 * march + 2) / 5 + 1;
    tm->tm_hour = second / 3600;
    tm->tm_min = second / 60 % 60;
    tm->tm_sec = second % 60;
    tm->tm_wday = (int)(((days + 4) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
    tm->tm_yday = (int)(days - __days_from_civil(year, 0, 1));
    return true;
}

long long __tm_to_seconds(const struct tm *tm)
{
    long long days = __days_from_civil(tm->tm_year + 1900LL, tm->tm_mon, tm->tm_mday);
    return ((days * 24 + tm->tm_hour) * 60 + tm->tm_min) * 60 + tm->tm_sec;
}
