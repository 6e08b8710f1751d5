/* sys/timerfd.h: timers to wait for (Linux's). */
#pragma once
#include <features.h>
#include <fcntl.h>
#include <time.h>

#define TFD_CLOEXEC             O_CLOEXEC
#define TFD_NONBLOCK            O_NONBLOCK
#define TFD_TIMER_ABSTIME       1
#define TFD_TIMER_CANCEL_ON_SET 2 /* nobody sets the clock */

struct itimerspec;

__BEGIN_DECLS
int timerfd_create(int __clock, int __flags);
int timerfd_settime(int __fd, int __flags, const struct itimerspec *__value,
                    struct itimerspec *__old);
int timerfd_gettime(int __fd, struct itimerspec *__value);
__END_DECLS
