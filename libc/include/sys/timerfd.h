/* sys/timerfd.h: timers to wait for (Linux's). */
#pragma once
#include <features.h>
#include <fcntl.h>
#include <time.h>

#define TFD_CLOEXEC             O_CLOEXEC
#define TFD_NONBLOCK            O_NONBLOCK
#define TFD_TIMER_ABSTIME       1
#define TFD_TIMER_CANCEL_ON_SET 2 /* nobody sets the clock */

__BEGIN_DECLS
int timerfd_create(int clock, int flags);
int timerfd_settime(int fd, int flags, const struct itimerspec *value, struct itimerspec *old);
int timerfd_gettime(int fd, struct itimerspec *value);
__END_DECLS
