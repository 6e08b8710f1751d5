/* sys/time.h: time of day and interval timers. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <bits/timeval.h>
#include <sys/select.h>

struct timezone {
    int tz_minuteswest;
    int tz_dsttime;
};

struct itimerval {
    struct timeval it_interval, it_value;
};
#define ITIMER_REAL    0
#define ITIMER_VIRTUAL 1
#define ITIMER_PROF    2

__BEGIN_DECLS
int gettimeofday(struct timeval *__restrict tv, void *__restrict zone);
int settimeofday(const struct timeval *tv, const struct timezone *zone);
int getitimer(int which, struct itimerval *value);
int setitimer(int which, const struct itimerval *__restrict value,
              struct itimerval *__restrict old);
int utimes(const char *path, const struct timeval times[2]);
int lutimes(const char *path, const struct timeval times[2]);
int futimes(int fd, const struct timeval times[2]);
int futimesat(int dir, const char *path, const struct timeval times[2]);
__END_DECLS

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
