/* internal/tz.h: calendar arithmetic, and the zone that TZ names. */
#pragma once
#include <stdbool.h>
#include <time.h>
#include "internal/libc.h"

/* Days from 1970-01-01 to the given day of the proleptic Gregorian calendar; month 0..11 or beyond, day from 1. */
LIBC_HIDDEN long long __days_from_civil(long long year, int month, long long day);

/* Seconds since 1970 to broken-down UTC, in all fields but zone and dst. false: the year does not fit an int. */
LIBC_HIDDEN bool __seconds_to_tm(long long t, struct tm *tm);

/* Broken-down time, fields in any range, to seconds as if UTC. */
LIBC_HIDDEN long long __tm_to_seconds(const struct tm *tm);

struct tz_zone {
    long offset; /* seconds east of Greenwich */
    bool dst;
    const char *name;
};

/* Read TZ if it has changed. */
LIBC_HIDDEN void __tz_update(void);
/* The zone in force at t. */
LIBC_HIDDEN struct tz_zone __tz_at(long long t);
/* Standard (dst false) or summer time's zone as it is about t, whichever is in force. false: there is no summer time. */
LIBC_HIDDEN bool __tz_zone_near(long long t, bool dst, struct tz_zone *out);
