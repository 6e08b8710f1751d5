/* time.h: clocks and calendars. */
#pragma once
#include <features.h>
#include <bits/size.h>
#include <bits/time_types.h>
#if __POSIX_VISIBLE
#include <bits/types.h>
#endif
#if __POSIX_VISIBLE || __ISO_C_VISIBLE >= 2011
#include <bits/timespec.h>
#endif

#define CLOCKS_PER_SEC ((clock_t)1000000)
#if __POSIX_VISIBLE && __POSIX_VISIBLE < 200112
#define CLK_TCK ((clock_t)100) /* sysconf(_SC_CLK_TCK) */
#endif
#if __POSIX_VISIBLE
#define CLOCK_REALTIME           0
#define CLOCK_MONOTONIC          1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID  3
#define TIMER_ABSTIME            1
#endif
#if __MISC_VISIBLE
#define CLOCK_MONOTONIC_RAW    4
#define CLOCK_REALTIME_COARSE  5
#define CLOCK_MONOTONIC_COARSE 6
#define CLOCK_BOOTTIME         7
#endif
#if __ISO_C_VISIBLE >= 2011
#define TIME_UTC 1
#endif
#if __ISO_C_VISIBLE >= 2023
#define TIME_MONOTONIC     2
#define TIME_ACTIVE        3
#define TIME_THREAD_ACTIVE 4
#endif

struct tm {
    int tm_sec, tm_min, tm_hour;
    int tm_mday, tm_mon, tm_year;
    int tm_wday, tm_yday, tm_isdst;
#if __POSIX_VISIBLE >= 202405
    long tm_gmtoff; /* seconds east of Greenwich */
    const char *tm_zone;
#else
    long __tm_gmtoff;
    const char *__tm_zone;
#endif
};

#if __POSIX_VISIBLE
struct itimerspec {
    struct timespec it_interval, it_value;
};

struct sigevent;
#endif

__BEGIN_DECLS
#if __POSIX_VISIBLE
extern char *tzname[2];
#endif
#if __XSI_VISIBLE
extern long timezone;
extern int daylight;
extern int getdate_err;
#endif

time_t time(time_t *__out);
clock_t clock(void);
double difftime(time_t __end, time_t __start);
time_t mktime(struct tm *__tm);
struct tm *gmtime(const time_t *__t);
struct tm *localtime(const time_t *__t);
char *asctime(const struct tm *__tm);
char *ctime(const time_t *__t);
size_t strftime(char *__restrict __s, size_t __n, const char *__restrict __fmt,
                const struct tm *__restrict __tm);
#if __MISC_VISIBLE || __ISO_C_VISIBLE >= 2023
time_t timegm(struct tm *__tm);
#endif
#if __MISC_VISIBLE
time_t timelocal(struct tm *__tm);
#endif
#if __POSIX_VISIBLE || __ISO_C_VISIBLE >= 2023
struct tm *gmtime_r(const time_t *__restrict __t, struct tm *__restrict __tm);
struct tm *localtime_r(const time_t *__restrict __t, struct tm *__restrict __tm);
#endif
#if __POSIX_VISIBLE
char *asctime_r(const struct tm *__restrict __tm, char *__restrict __buf);
char *ctime_r(const time_t *__t, char *__buf);
void tzset(void);
#endif
#if __POSIX_VISIBLE >= 200809
size_t strftime_l(char *__restrict __s, size_t __n, const char *__restrict __fmt,
                  const struct tm *__restrict __tm, locale_t __loc);
#endif
#if __XSI_VISIBLE
char *strptime(const char *__restrict __s, const char *__restrict __fmt,
               struct tm *__restrict __tm);
struct tm *getdate(const char *__text);
#endif
#if __ISO_C_VISIBLE >= 2011
int timespec_get(struct timespec *__ts, int __base);
#endif
#if __ISO_C_VISIBLE >= 2023
int timespec_getres(struct timespec *__ts, int __base);
#endif

#if __POSIX_VISIBLE
int nanosleep(const struct timespec *__request, struct timespec *__remain);
int clock_getres(clockid_t __clock, struct timespec *__res);
int clock_gettime(clockid_t __clock, struct timespec *__now);
int clock_settime(clockid_t __clock, const struct timespec *__now);
int timer_create(clockid_t __clock, struct sigevent *__restrict __event,
                 timer_t *__restrict __timer);
int timer_delete(timer_t __timer);
int timer_gettime(timer_t __timer, struct itimerspec *__value);
int timer_settime(timer_t __timer, int __flags, const struct itimerspec *__restrict __value,
                  struct itimerspec *__restrict __old);
int timer_getoverrun(timer_t __timer);
#endif
#if __POSIX_VISIBLE >= 200112
int clock_nanosleep(clockid_t __clock, int __flags, const struct timespec *__request,
                    struct timespec *__remain);
int clock_getcpuclockid(pid_t __pid, clockid_t *__clock);
#endif
__END_DECLS
