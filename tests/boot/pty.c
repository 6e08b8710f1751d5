/* pty.c: a program on a pseudo-terminal. */
#include "pty.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void pty_start(struct pty *pty, char *const argv[], unsigned short rows, unsigned short cols)
{
    struct winsize size = {.ws_row = rows, .ws_col = cols};
    pty->length = 0;
    pty->text[0] = '\0';
    pty->pid = forkpty(&pty->fd, NULL, NULL, &size);
    if (pty->pid < 0) {
        perror("forkpty");
        exit(1);
    }
    if (pty->pid == 0) {
        setenv("TERM", "xterm", 1);
        execv(argv[0], argv);
        perror(argv[0]);
        _exit(127);
    }
}

void pty_type(struct pty *pty, const char *keys)
{
    size_t left = strlen(keys);
    while (left > 0) {
        ssize_t n = write(pty->fd, keys, left);
        if (n <= 0)
            return; /* it has ended: the next expectation says so */
        keys += n;
        left -= (size_t)n;
    }
}

/* Read what has come within timeout_ms; false at the end of the program's output. */
static bool pty_fill(struct pty *pty, long timeout_ms)
{
    struct pollfd poll_fd = {.fd = pty->fd, .events = POLLIN};
    if (poll(&poll_fd, 1, timeout_ms < 0 ? 0 : (int)timeout_ms) <= 0)
        return true;
    if (pty->length > sizeof pty->text / 2) { /* keep the newest half */
        size_t drop = pty->length / 2;
        memmove(pty->text, pty->text + drop, pty->length - drop);
        pty->length -= drop;
    }
    ssize_t n = read(pty->fd, pty->text + pty->length, sizeof pty->text - 1 - pty->length);
    if (n <= 0)
        return false;
    if (pty->copy != NULL)
        fwrite(pty->text + pty->length, 1, (size_t)n, pty->copy);
    for (ssize_t i = 0; i < n; i++) {
        if (pty->text[pty->length + (size_t)i] == '\0')
            pty->text[pty->length + (size_t)i] = '@';
    }
    pty->length += (size_t)n;
    pty->text[pty->length] = '\0';
    return true;
}

bool pty_expect(struct pty *pty, const char *text, int timeout_ms)
{
    long end = now_ms() + timeout_ms;
    bool open = true;
    for (;;) {
        char *found = strstr(pty->text, text);
        if (found != NULL) {
            size_t used = (size_t)(found - pty->text) + strlen(text);
            memmove(pty->text, pty->text + used, pty->length - used + 1);
            pty->length -= used;
            return true;
        }
        long left = end - now_ms();
        if (left <= 0 || !open) {
            fprintf(stderr, "expected \"%s\", %s; seen: \"%s\"\n", text,
                    open ? "not within the time" : "output ended", pty->text);
            return false;
        }
        open = pty_fill(pty, left);
    }
}

void pty_resize(struct pty *pty, unsigned short rows, unsigned short cols)
{
    struct winsize size = {.ws_row = rows, .ws_col = cols};
    ioctl(pty->fd, TIOCSWINSZ, &size);
}

/* What it wrote last; all of it is there once it has ended. */
static void drain(struct pty *pty)
{
    struct pollfd poll_fd = {.fd = pty->fd, .events = POLLIN};
    while (poll(&poll_fd, 1, 0) > 0 && pty_fill(pty, 0)) {
    }
}

int pty_wait(struct pty *pty, int timeout_ms)
{
    long end = now_ms() + timeout_ms;
    int status = -1;
    while (now_ms() < end) {
        if (waitpid(pty->pid, &status, WNOHANG) == pty->pid) {
            drain(pty);
            close(pty->fd);
            return status;
        }
        (void)pty_fill(pty, 20);
        poll(NULL, 0, 10); /* the output may have ended before the process */
    }
    fprintf(stderr, "the program does not end; seen: \"%s\"\n", pty->text);
    kill(pty->pid, SIGKILL);
    waitpid(pty->pid, &status, 0);
    close(pty->fd);
    return -1;
}
