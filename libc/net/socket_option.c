/* socket_option.c: getsockopt and setsockopt: numbers, times, credentials. */
#include <string.h>
#include <sys/time.h>
#include "internal/socket.h"
#include "internal/time_ns.h"

/* At most as much as there is room for; *length becomes what was stored. */
static void store(const void *from, size_t size, void *value, socklen_t *length)
{
    if (*length > size)
        *length = (socklen_t)size;
    memcpy(value, from, *length);
}

static int64_t get(int fd, int option, void *value, socklen_t *length)
{
    uint64_t values[2];
    int64_t result = __socket_verb(fd, SOCKET_GET, (uint64_t)option, 0, values);
    int number = (int)result;
    if (option == SO_DOMAIN || option == SO_PROTOCOL) {
        result = __socket_verb(fd, SOCKET_GET, SO_TYPE, 0, NULL);
        number = option == SO_DOMAIN ? AF_UNIX : 0;
    }
    if (result < 0)
        return result;
    if (option == SO_RCVTIMEO || option == SO_SNDTIMEO) {
        struct timespec at = __ns_timespec(values[0]);
        struct timeval time = {.tv_sec = at.tv_sec, .tv_usec = at.tv_nsec / 1000};
        store(&time, sizeof time, value, length);
    } else if (option == SO_PEERCRED) {
        struct ucred cred = {(pid_t)result, (uid_t)values[0], (gid_t)values[1]};
        store(&cred, sizeof cred, value, length);
    } else if (option == SO_LINGER) {
        struct linger linger = {.l_onoff = number};
        store(&linger, sizeof linger, value, length);
    } else {
        store(&number, sizeof number, value, length);
    }
    return 0;
}

int getsockopt(int fd, int level, int option, void *restrict value, socklen_t *restrict length)
{
    int64_t result = __socket_verb(fd, SOCKET_GET, SO_TYPE, 0, NULL);
    if (result >= 0)
        result = level == SOL_SOCKET ? get(fd, option, value, length) : -ERR_NOPROTOOPT;
    return (int)__result(result < 0 ? result : 0);
}

/* The one number that stands for the value. */
static int64_t value_of(int option, const void *value, socklen_t length, uint64_t *out)
{
    if (option == SO_RCVTIMEO || option == SO_SNDTIMEO) {
        struct timeval time;
        if (length < sizeof time)
            return -ERR_INVAL;
        memcpy(&time, value, sizeof time);
        if (time.tv_usec < 0 || time.tv_usec >= 1000000)
            return -ERR_DOM;
        *out = __timespec_ns(&(struct timespec){time.tv_sec, time.tv_usec * 1000});
        return 0;
    }
    if (length < (option == SO_LINGER ? sizeof(struct linger) : sizeof(int)))
        return -ERR_INVAL;
    int number;
    memcpy(&number, value, sizeof number); /* of a struct linger: whether it is on */
    *out = number < 0 ? 0 : (uint64_t)number;
    return 0;
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
    uint64_t number = 0;
    int64_t result = __socket_verb(fd, SOCKET_GET, SO_TYPE, 0, NULL);
    if (result >= 0)
        result = level == SOL_SOCKET ? value_of(option, value, length, &number) : -ERR_NOPROTOOPT;
    if (result >= 0)
        result = __socket_verb(fd, SOCKET_SET, (uint64_t)option, number, NULL);
    return (int)__result(result < 0 ? result : 0);
}
