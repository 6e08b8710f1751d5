/* mqueue.h: message queues. */
#pragma once
#include <features.h>
#include <bits/sigevent.h>
#include <bits/timespec.h>
#include <signal.h>
#include <sys/types.h>
#include <time.h>
#include <fcntl.h>

typedef int mqd_t;

struct mq_attr {
    long mq_flags;   /* O_NONBLOCK or 0 */
    long mq_maxmsg;  /* messages that find room */
    long mq_msgsize; /* bytes of the longest */
    long mq_curmsgs; /* messages there are */
};

__BEGIN_DECLS
mqd_t mq_open(const char *__name, int __flags, ...);
int mq_close(mqd_t __queue);
int mq_unlink(const char *__name);
int mq_getattr(mqd_t __queue, struct mq_attr *__attr);
int mq_setattr(mqd_t __queue, const struct mq_attr *__restrict __attr,
               struct mq_attr *__restrict __old);
int mq_notify(mqd_t __queue, const struct sigevent *__event);
int mq_send(mqd_t __queue, const char *__message, size_t __length, unsigned __priority);
int mq_timedsend(mqd_t __queue, const char *__message, size_t __length, unsigned __priority,
                 const struct timespec *__deadline);
ssize_t mq_receive(mqd_t __queue, char *__message, size_t __size, unsigned *__priority);
ssize_t mq_timedreceive(mqd_t __queue, char *__restrict __message, size_t __size,
                        unsigned *__restrict __priority,
                        const struct timespec *__restrict __deadline);
__END_DECLS
