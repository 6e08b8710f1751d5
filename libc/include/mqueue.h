/* mqueue.h: message queues. */
#pragma once
#include <features.h>
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
mqd_t mq_open(const char *name, int flags, ...);
int mq_close(mqd_t queue);
int mq_unlink(const char *name);
int mq_getattr(mqd_t queue, struct mq_attr *attr);
int mq_setattr(mqd_t queue, const struct mq_attr *__restrict attr, struct mq_attr *__restrict old);
int mq_notify(mqd_t queue, const struct sigevent *event);
int mq_send(mqd_t queue, const char *message, size_t length, unsigned priority);
int mq_timedsend(mqd_t queue, const char *message, size_t length, unsigned priority,
                 const struct timespec *deadline);
ssize_t mq_receive(mqd_t queue, char *message, size_t size, unsigned *priority);
ssize_t mq_timedreceive(mqd_t queue, char *__restrict message, size_t size,
                        unsigned *__restrict priority, const struct timespec *__restrict deadline);
__END_DECLS
