/*
 * console_host.c: the one thread that moves bytes between the consoles' rings and the host's streams, takes the host's
 * signals, and recognises the escape key. It runs whatever the cores do.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "console.h"
#include "host_exit.h"
#include "replay/replay.h"

#define ESCAPE_KEY    0x1d /* Ctrl-] ; then q leaves, Ctrl-] again sends one */
#define ESCAPE_STATUS 130
#define CHUNK         4096 /* a pipe that poll calls writable takes this much without blocking */
#define DRAIN_IDLE_NS 60000000000UL

static struct {
    int wake, signals;
    int fds[3];
    bool tty;
    bool escaped;           /* the last byte was the escape key */
    _Atomic uint64_t moved; /* bytes written, to see progress */
} host;

/* A description of our own that does not block, where the host allows it: changing O_NONBLOCK of the inherited one
 * would change it for the shell that started us. */
static int reopen_nonblocking(int fd, int flags)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !(S_ISFIFO(st.st_mode) || isatty(fd)))
        return fd;
    char path[32];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    int own = open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    return own < 0 ? fd : own;
}

void console_host_wake(void)
{
    uint64_t one = 1;
    if (REPLAY)
        replay_device_wake();
    if (write(host.wake, &one, sizeof(one)) < 0) {
        /* Only EAGAIN: the counter is full, so the thread is awake anyway. */
    }
}

/* Take the escape key out of data; true when the session is to be left. */
static bool filter_escape(const uint8_t *data, size_t bytes, uint8_t *out, size_t *out_bytes)
{
    *out_bytes = 0;
    for (size_t i = 0; i < bytes; i++) {
        uint8_t c = data[i];
        if (host.escaped) {
            host.escaped = false;
            if (c == 'q')
                return true;
            if (c != ESCAPE_KEY)
                out[(*out_bytes)++] = ESCAPE_KEY;
            out[(*out_bytes)++] = c;
        } else if (c == ESCAPE_KEY) {
            host.escaped = true;
        } else {
            out[(*out_bytes)++] = c;
        }
    }
    return false;
}

/* In a replay the core takes it at its next trap. */
static void deliver(const uint8_t *data, size_t bytes)
{
    if (REPLAY)
        replay_stage(REPLAY_INPUT, data, bytes);
    else
        console_input(data, bytes);
}

static void deliver_end(void)
{
    if (REPLAY)
        replay_stage(REPLAY_INPUT_END, NULL, 0);
    else
        console_input_end();
}

static void leave(int status)
{
    if (!REPLAY || !replay_leave(status))
        host_exit(status);
}

static void resized(void)
{
    struct tty_winsize size = terminal_size();
    if (REPLAY)
        replay_stage(REPLAY_RESIZE, &size, sizeof(size));
    else
        console_resized();
}

static void read_input(void)
{
    uint8_t data[CHUNK], out[2 * CHUNK];
    size_t room = console_input_room();
    /* A terminal is read even without room, so that the escape key works; what is typed then is lost. */
    size_t want = host.tty || room > CHUNK ? CHUNK : room;
    if (want == 0)
        return;
    ssize_t n = read(host.fds[0], data, want);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        deliver_end();
        return;
    }
    if (!host.tty) {
        deliver(data, (size_t)n);
        return;
    }
    size_t bytes;
    if (filter_escape(data, (size_t)n, out, &bytes))
        leave(ESCAPE_STATUS);
    else if (bytes)
        deliver(out, bytes);
}

static void write_output(unsigned stream)
{
    uint8_t data[CHUNK];
    size_t bytes = console_output_peek(stream, data, sizeof(data));
    if (bytes == 0)
        return;
    ssize_t n = write(host.fds[stream], data, bytes);
    if (n > 0) {
        console_output_done(stream, (size_t)n);
        atomic_fetch_add(&host.moved, (uint64_t)n);
    } else if (n < 0 && errno != EAGAIN && errno != EINTR) {
        console_output_failed(stream, errno); /* EPIPE, ENOSPC ... */
    }
}

static void take_signal(void)
{
    struct signalfd_siginfo info;
    if (read(host.signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
        return;
    switch (info.ssi_signo) {
    case SIGWINCH: resized(); break;
    case SIGTSTP:
        terminal_suspend();
        raise(SIGSTOP);
        terminal_resume();
        break;
    case SIGCONT: terminal_resume(); break;
    default: leave(128 + (int)info.ssi_signo);
    }
}

static bool output_waits(unsigned stream)
{
    uint8_t byte;
    if (REPLAY) /* the core writes it */
        return false;
    return console_output_peek(stream, &byte, 1) > 0;
}

static bool input_wanted(void)
{
    return (!REPLAY || replay_takes_input()) && console_input_wanted();
}

static void *host_thread(void *unused)
{
    for (;;) {
        struct pollfd p[5] = {
            {.fd = host.wake, .events = POLLIN},
            {.fd = host.signals, .events = POLLIN},
            {.fd = input_wanted() ? host.fds[0] : -1, .events = POLLIN},
            {.fd = output_waits(1) ? host.fds[1] : -1, .events = POLLOUT},
            {.fd = output_waits(2) ? host.fds[2] : -1, .events = POLLOUT},
        };
        int came = poll(p, 5, REPLAY ? replay_patience_ms() : -1);
        if (came == 0)
            replay_give_up();
        if (came < 0)
            continue;
        uint64_t count;
        if (p[0].revents && read(host.wake, &count, sizeof(count)) < 0)
            continue;
        if (p[1].revents)
            take_signal();
        if (p[2].revents)
            read_input();
        for (unsigned stream = 1; stream < 3; stream++)
            if (p[2 + stream].revents)
                write_output(stream);
    }
    return unused;
}

/* Blocked in every thread (this runs before there are others); the host thread reads them from a descriptor. */
static void take_signals(bool tty)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGWINCH);
    if (tty) {
        sigaddset(&set, SIGTSTP);
        sigaddset(&set, SIGCONT);
    }
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    host.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void console_host_start(bool tty)
{
    host.tty = tty;
    take_signals(tty);
    host.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (host.wake < 0 || host.signals < 0)
        host_fail("cannot make an eventfd: %s", strerror(errno));
    host.fds[0] = reopen_nonblocking(0, O_RDONLY);
    host.fds[1] = reopen_nonblocking(1, O_WRONLY);
    host.fds[2] = reopen_nonblocking(2, O_WRONLY);
    pthread_t thread;
    if (pthread_create(&thread, NULL, host_thread, NULL) != 0)
        host_fail("cannot create a thread: %s", strerror(errno));
}

/* By polling: it happens once, at the end, and mostly finds nothing to wait for. */
void console_host_drain(void)
{
    if (REPLAY) {
        console_host_flush(1);
        console_host_flush(2);
        return;
    }
    uint64_t moved = atomic_load(&host.moved), since = host_time_ns();
    while (!console_is_drained() && host_time_ns() - since < DRAIN_IDLE_NS) {
        console_host_wake();
        usleep(500);
        if (moved != atomic_load(&host.moved)) {
            moved = atomic_load(&host.moved);
            since = host_time_ns();
        }
    }
}

void console_host_flush(unsigned stream)
{
    uint8_t data[CHUNK];
    size_t bytes;
    while ((bytes = console_output_peek(stream, data, sizeof(data))) > 0) {
        struct pollfd p = {.fd = host.fds[stream], .events = POLLOUT};
        ssize_t n = write(host.fds[stream], data, bytes);
        if (n > 0)
            console_output_done(stream, (size_t)n);
        else if (n < 0 && errno == EAGAIN)
            poll(&p, 1, -1);
        else if (n < 0 && errno != EINTR)
            host_fail("cannot write standard %s: %s; a replay has nothing else to do with it",
                      stream == 1 ? "output" : "error", strerror(errno));
    }
}

size_t console_host_read(uint8_t *data, size_t bytes)
{
    size_t done = 0;
    while (done < bytes) {
        struct pollfd p = {.fd = host.fds[0], .events = POLLIN};
        ssize_t n = read(host.fds[0], data + done, bytes - done);
        if (n < 0 && errno == EAGAIN)
            poll(&p, 1, -1);
        else if (n < 0 && errno == EINTR)
            continue;
        else if (n <= 0)
            break;
        else
            done += (size_t)n;
        if (n > 0 && isatty(host.fds[0]))
            break;
    }
    return done;
}
