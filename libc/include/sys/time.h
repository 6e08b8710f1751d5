/* sys/time.h: time of day and interval timers. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <bits/timeval.h>
#include <sys/select.h>

#if __MISC_VISIBLE
struct timezone {
    int tz_minuteswest;
    int tz_dsttime;
};
#endif

struct itimerval {
    struct timeval it_interval, it_value;
};
#define ITIMER_REAL    0
#define ITIMER_VIRTUAL 1
#define ITIMER_PROF    2

__BEGIN_DECLS
int gettimeofday(struct timeval *__restrict __tv, void *__restrict __zone);
int getitimer(int __which, struct itimerval *__value);
int setitimer(int __which, const struct itimerval *__restrict __value,
              struct itimerval *__restrict __old);
int utimes(const char *__path, const struct timeval __times[2]);
#if __MISC_VISIBLE
int settimeofday(const struct timeval *__tv, const struct timezone *__zone);
int lutimes(const char *__path, const struct timeval __times[2]);
int futimes(int __fd, const struct timeval __times[2]);
int futimesat(int __dir, const char *__path, const struct timeval __times[2]);
#endif
__END_DECLS

#if __MISC_VISIBLE
#define timerisset(t) ((t)->tv_sec || (t)->tv_usec)
#define timerclear(t) ((t)->tv_sec = (t)->tv_usec = 0)
#define timercmp(a, b, op) \
    ((a)->tv_sec == (b)->tv_sec ? (a)->tv_usec op(b)->tv_usec : (a)->tv_sec op(b)->tv_sec)
#define timeradd(a, b, out)                           \
    do {                                              \
        (out)->tv_sec = (a)->tv_sec + (b)->tv_sec;    \
        (out)->tv_usec = (a)->tv_usec + (b)->tv_usec; \
        if ((out)->tv_usec >= 1000000) {              \
            (out)->tv_sec++;                          \
            (out)->tv_usec -= 1000000;                \
        }                                             \
    } while (0)
#define timersub(a, b, out)                           \
    do {                                              \
        (out)->tv_sec = (a)->tv_sec - (b)->tv_sec;    \
        (out)->tv_usec = (a)->tv_usec - (b)->tv_usec; \
        if ((out)->tv_usec < 0) {                     \
            (out)->tv_sec--;                          \
            (out)->tv_usec += 1000000;                \
        }                                             \
    } while (0)
#endif
