/* time.h: clocks and calendars. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <bits/timespec.h>

#define CLOCKS_PER_SEC           ((clock_t)1000000)
#define CLOCK_REALTIME           0
#define CLOCK_MONOTONIC          1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID  3
#define CLOCK_MONOTONIC_RAW      4
#define CLOCK_REALTIME_COARSE    5
#define CLOCK_MONOTONIC_COARSE   6
#define CLOCK_BOOTTIME           7
#define TIMER_ABSTIME            1
#define TIME_UTC                 1

struct tm {
    int tm_sec, tm_min, tm_hour;
    int tm_mday, tm_mon, tm_year;
    int tm_wday, tm_yday, tm_isdst;
    long tm_gmtoff;
    const char *tm_zone;
};

struct itimerspec {
    struct timespec it_interval, it_value;
};

struct sigevent;

__BEGIN_DECLS
extern char *tzname[2];
extern long timezone;
extern int daylight;
extern int getdate_err;

time_t time(time_t *out);
clock_t clock(void);
double difftime(time_t end, time_t start);
time_t mktime(struct tm *tm);
time_t timegm(struct tm *tm);
time_t timelocal(struct tm *tm);
struct tm *gmtime(const time_t *t);
struct tm *gmtime_r(const time_t *__restrict t, struct tm *__restrict tm);
struct tm *localtime(const time_t *t);
struct tm *localtime_r(const time_t *__restrict t, struct tm *__restrict tm);
char *asctime(const struct tm *tm);
char *asctime_r(const struct tm *__restrict tm, char *__restrict buf);
char *ctime(const time_t *t);
char *ctime_r(const time_t *t, char *buf);
size_t strftime(char *__restrict s, size_t n, const char *__restrict fmt,
                const struct tm *__restrict tm);
size_t strftime_l(char *__restrict s, size_t n, const char *__restrict fmt,
                  const struct tm *__restrict tm, locale_t loc);
char *strptime(const char *__restrict s, const char *__restrict fmt, struct tm *__restrict tm);
void tzset(void);
struct tm *getdate(const char *text);
int timespec_get(struct timespec *ts, int base);
int timespec_getres(struct timespec *ts, int base);

int nanosleep(const struct timespec *request, struct timespec *remain);
int clock_getres(clockid_t clock, struct timespec *res);
int clock_gettime(clockid_t clock, struct timespec *now);
int clock_settime(clockid_t clock, const struct timespec *now);
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *request,
                    struct timespec *remain);
int clock_getcpuclockid(pid_t pid, clockid_t *clock);
int timer_create(clockid_t clock, struct sigevent *__restrict event, timer_t *__restrict timer);
int timer_delete(timer_t timer);
int timer_gettime(timer_t timer, struct itimerspec *value);
int timer_settime(timer_t timer, int flags, const struct itimerspec *__restrict value,
                  struct itimerspec *__restrict old);
int timer_getoverrun(timer_t timer);
__END_DECLS
