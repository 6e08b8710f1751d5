/*
 * signalfd.c: pending signals as a file. The descriptor is an event queue that watches its process for EVENT_PENDING of the set, so
 * that poll and epoll work; a read takes the reader's own signals, as sigwaitinfo does. After fork the child's descriptors become
 * queues that watch the child.
 */
#include <string.h>
#include <sys/signalfd.h>
#include "internal/files.h"
#include "internal/poll.h"
#include "internal/signals.h"

static _Atomic bool used; /* the process has made one */

/* -ERR_INVAL: the handle is something else. */
static int64_t get_set(handle_t h, uint64_t *set)
{
    int64_t result = dyad_handle_control(h, HANDLE_SIGNALS, 0);
    *set = (uint64_t)result;
    return result < 0 && result >= -4096 ? result : 0;
}

static int64_t watch_own_signals(handle_t queue, uint64_t set)
{
    int64_t self = dyad_process_control(HANDLE_NONE, PROCESS_SELF, 0, 0);
    if (self < 0)
        return self;
    int64_t result = dyad_event_watch(queue, (handle_t)self, EVENT_PENDING | EVENT_KEPT, set);
    dyad_handle_close((handle_t)self);
    return result;
}

/* -> a new queue */
static int64_t make_queue(uint64_t set, uint64_t flags)
{
    int64_t queue = dyad_event_create();
    if (queue < 0)
        return queue;
    int64_t result = watch_own_signals((handle_t)queue, set);
    if (result >= 0 && flags)
        result = dyad_handle_control((handle_t)queue, HANDLE_SET_FLAGS, flags);
    if (result < 0)
        dyad_handle_close((handle_t)queue);
    return result < 0 ? result : queue;
}

/* Another set for the same descriptor; one of before fork that stayed the parent's begins to be this process's. */
static int64_t change_set(int fd, uint64_t set)
{
    handle_t h = __fd_handle(fd);
    uint64_t old;
    if (h == HANDLE_NONE)
        return -ERR_BADF;
    int64_t result = get_set(h, &old);
    if (result >= 0)
        result = watch_own_signals(h, set);
    return result < 0 ? result : fd;
}

int signalfd(int fd, const sigset_t *mask, int flags)
{
    if (flags & ~(SFD_CLOEXEC | SFD_NONBLOCK))
        return (int)__result(-ERR_INVAL);
    uint64_t set = mask->__bits & ~SIGNALS_INTERNAL & ~DYAD_SIGNALS_FORCED;
    used = true;
    if (fd != -1)
        return (int)__result(change_set(fd, set));
    int64_t queue = make_queue(set, flags & SFD_NONBLOCK ? FILE_NONBLOCK : 0);
    return (int)__result(__fd_install(queue, flags & SFD_CLOEXEC, 0));
}

/* ---- Reading ---- */

static void fill(struct signalfd_siginfo *out, const struct signal_info *from)
{
    siginfo_t info;
    __signal_info_convert(from, &info);
    *out = (struct signalfd_siginfo){
        .ssi_signo = from->signo,
        .ssi_code = from->code,
        .ssi_pid = from->pid,
        .ssi_uid = from->uid,
        .ssi_int = (int32_t)from->value,
        .ssi_ptr = from->value,
    };
    if (from->code <= 0)
        return; /* sent by a process */
    out->ssi_int = 0;
    out->ssi_ptr = 0;
    if (from->signo == SIGCHLD)
        out->ssi_status = info.si_status;
    else
        out->ssi_addr = from->value;
}

/* The signal, or -ERR_AGAIN, -ERR_INTR. */
static int64_t take(uint64_t set, uint64_t deadline, struct signal_info *info)
{
    struct signal_wait wait = {.set = set, .deadline = deadline};
    int64_t result;
    unsigned seen;
    do {
        seen = __interruptions();
        result = dyad_wait3(SYS_signal_control, SIGNAL_WAIT, dyad_arg(&wait), 0);
    } while (__restart(result, seen));
    *info = wait.info;
    return result;
}

int64_t __signalfd_read(handle_t h, void *buffer, size_t size)
{
    uint64_t set;
    struct signal_info info;
    struct signalfd_siginfo out;
    int64_t result = get_set(h, &set);
    if (result < 0 || size < sizeof out)
        return -ERR_INVAL;
    bool wait = !(dyad_handle_control(h, HANDLE_GET_FLAGS, 0) & FILE_NONBLOCK);
    size_t done = 0;
    while (size - done >= sizeof out) {
        result = take(set, wait && done == 0 ? DEADLINE_NEVER : 0, &info);
        if (result < 0)
            break;
        fill(&out, &info);
        memcpy((char *)buffer + done, &out, sizeof out);
        done += sizeof out;
    }
    return done ? (int64_t)done : result;
}

/* ---- After fork ---- */

/* All descriptors of the parent's queue h get one of this process's own, the first one last. What fails stays the parent's. */
static void replace(int first, handle_t h, uint64_t set, uint64_t *done)
{
    int64_t flags = dyad_handle_control(h, HANDLE_GET_FLAGS, 0);
    int64_t queue = make_queue(set, (uint64_t)flags & FILE_NONBLOCK);
    for (int fd = OPEN_MAX - 1; queue >= 0 && fd >= first; fd--) {
        uint32_t word = __fd_table[fd];
        handle_t old = __fd_word_handle(word);
        if (word == 0 || dyad_handle_control(h, HANDLE_SAME, (uint64_t)old) != 1)
            continue;
        int64_t own = fd == first ? queue : dyad_handle_dup((handle_t)queue, RIGHT_ALL);
        if (own < 0)
            continue;
        __fd_table[fd] = __fd_word((handle_t)own, word & FD_WORD_CLOEXEC);
        done[fd / 64] |= 1UL << fd % 64;
        dyad_handle_close(old);
    }
}

void __signalfd_after_fork(void)
{
    uint64_t set, done[(OPEN_MAX + 63) / 64] = {0};
    for (int fd = 0; used && fd < OPEN_MAX; fd++) {
        handle_t h = __fd_handle(fd);
        if (h != HANDLE_NONE && !(done[fd / 64] >> fd % 64 & 1) && get_set(h, &set) >= 0)
            replace(fd, h, set, done);
    }
}
