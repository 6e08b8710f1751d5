/* terminal.c: the host's terminal in raw mode, and back, whatever happens to dyad. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <termios.h>
#include <unistd.h>

#include "console.h"
#include "stub_pool.h"

static struct {
    _Atomic bool active; /* raw mode is to be undone */
    struct termios saved, raw;
} terminal;

/* The guardian: a process that outlives dyad for a moment. It waits for the pipe from dyad to close, which happens
 * however dyad ends, and then puts the terminal back as it was. */
static _Noreturn void guard(int pipe_end)
{
    static const int ignored[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM,
                                  SIGTSTP, SIGTTOU, SIGTTIN, SIGPIPE};
    for (size_t i = 0; i < ARRAY_COUNT(ignored); i++)
        signal(ignored[i], SIG_IGN);
    setpgid(0, 0); /* kill -9 of dyad's process group does not hit it */
    prctl(PR_SET_NAME, "dyad-guardian");
    char byte;
    ssize_t n;
    while ((n = read(pipe_end, &byte, 1)) < 0 && errno == EINTR)
        ;
    if (n == 0) /* a byte: dyad has restored it itself */
        tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal.saved);
    _exit(0);
}

static int guard_pipe = -1;

static void start_guardian(void)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        host_fail("cannot make a pipe: %s", strerror(errno));
    pid_t pid = fork();
    if (pid < 0)
        host_fail("cannot start the terminal's guardian: %s", strerror(errno));
    if (pid == 0) {
        close(ends[1]);
        close(STDOUT_FILENO); /* a pipeline behind us ends with dyad, not with its guardian */
        close(STDERR_FILENO);
        guard(ends[0]);
    }
    close(ends[0]);
    guard_pipe = ends[1];
}

void terminal_start(void)
{
    if (tcgetattr(STDIN_FILENO, &terminal.saved) != 0)
        host_fail("cannot read the terminal's mode: %s", strerror(errno));
    terminal.raw = terminal.saved;
    cfmakeraw(&terminal.raw);
    start_guardian();
    signal(SIGTTOU, SIG_IGN);
    atomic_store(&terminal.active, true);
    if (tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal.raw) != 0)
        host_fail("cannot set the terminal's mode: %s", strerror(errno));
}

/* Async-signal-safe. */
void terminal_restore(void)
{
    if (!atomic_exchange(&terminal.active, false))
        return;
    if (tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal.saved) == 0 && write(guard_pipe, "", 1) < 0) {
        /* The guardian is gone: nothing to tell it. */
    }
}

void terminal_suspend(void)
{
    if (atomic_load(&terminal.active))
        tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal.saved);
}

void terminal_resume(void)
{
    if (atomic_load(&terminal.active))
        tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal.raw);
}

struct tty_winsize terminal_size(void)
{
    struct winsize size;
    for (int fd = 0; fd < 3; fd++)
        if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
            return (struct tty_winsize){size.ws_row, size.ws_col, size.ws_xpixel, size.ws_ypixel};
    return (struct tty_winsize){24, 80, 0, 0};
}
