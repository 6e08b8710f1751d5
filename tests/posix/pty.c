/*
 * pty.c: pseudo-terminals: what is typed and written at one end is read at the other, job control works through them, and
 * closing one end is seen at the other.
 */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "posix_test.h"

static int master, slave;
static char name[64];

static void open_pair(void)
{
    CHECK_IS(openpty(&master, &slave, name, NULL, NULL), 0);
}

static void close_pair(void)
{
    close(slave);
    close(master);
}

static void set_raw(int fd)
{
    struct termios t;
    CHECK_IS(tcgetattr(fd, &t), 0);
    cfmakeraw(&t);
    CHECK_IS(tcsetattr(fd, TCSANOW, &t), 0);
}

/* Reads until `want` has come, at most 10 s. */
static int read_until(int fd, char *buffer, size_t size, const char *want)
{
    size_t used = 0;
    buffer[0] = 0;
    while (!strstr(buffer, want)) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (used + 1 >= size || poll(&p, 1, 10000) != 1)
            return 0;
        ssize_t n = read(fd, buffer + used, size - 1 - used);
        if (n <= 0)
            return 0;
        used += (size_t)n;
        buffer[used] = 0;
    }
    return 1;
}

static short events_of(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT};
    return poll(&p, 1, 0) < 0 ? -1 : p.revents;
}

static void test_names_and_errors(void)
{
    char path[64];
    struct stat st;
    int fd = posix_openpt(O_RDWR | O_NOCTTY), file = open("/dev/null", O_RDWR);

    CHECK(fd >= 0);
    CHECK_IS(grantpt(fd), 0);
    CHECK(ptsname(fd) != NULL);
    strcpy(path, ptsname(fd));
    CHECK(strncmp(path, "/dev/pts/", 9) == 0);
    CHECK_ERROR(open(path, O_RDWR | O_NOCTTY), EIO); /* still locked */
    CHECK_IS(unlockpt(fd), 0);
    int other = open(path, O_RDWR | O_NOCTTY);
    CHECK(other >= 0);
    CHECK(isatty(fd) && isatty(other));
    CHECK(strcmp(ttyname(other), path) == 0);
    CHECK_IS(fstat(other, &st), 0);
    CHECK(S_ISCHR(st.st_mode));
    CHECK_IS(st.st_uid, getuid());
    CHECK_IS(st.st_mode & 0777 & ~S_IWGRP, 0600);
    dev_t device = st.st_rdev;
    CHECK_IS(stat(path, &st), 0);
    CHECK_IS(st.st_rdev, device);
    CHECK_ERROR(tcgetpgrp(other), ENOTTY); /* not our controlling terminal */
    CHECK_ERROR(unlockpt(-1), EBADF);
    CHECK_ERROR(grantpt(-1), EBADF);
    CHECK_ERROR(unlockpt(file), EINVAL);
    CHECK(ptsname(file) == NULL && errno == ENOTTY);
    close(fd);
    struct pollfd p = {.fd = other, .events = POLLIN};
    CHECK_IS(poll(&p, 1, 10000), 1); /* the hang-up */
    CHECK_ERROR(open(path, O_RDWR | O_NOCTTY), ENOENT);
    close(other);
    close(file);
}

static void test_lines_and_echo(void)
{
    char text[128];

    open_pair();
    CHECK_IS(write(master, "hel\177\177lo\n", 8), 8);
    CHECK_IS(read(slave, text, sizeof text), 4);
    CHECK(memcmp(text, "hlo\n", 4) == 0);
    CHECK(read_until(master, text, sizeof text, "lo\r\n"));
    CHECK_IS(write(slave, "a\nb", 3), 3);
    CHECK_IS(read(master, text, sizeof text), 4);
    CHECK(memcmp(text, "a\r\nb", 4) == 0);
    CHECK_IS(write(master, "\004", 1), 1); /* the end of file */
    CHECK_IS(read(slave, text, sizeof text), 0);
    close_pair();
}

static void test_raw_is_transparent(void)
{
    char text[600], back[600];

    open_pair();
    set_raw(slave);
    for (int i = 0; i < 512; i++)
        text[i] = (char)i;
    CHECK_IS(write(master, text, 512), 512);
    size_t got = 0;
    while (got < 512) {
        ssize_t n = read(slave, back + got, sizeof back - got);
        CHECK(n > 0);
        if (n <= 0)
            break;
        got += (size_t)n;
    }
    CHECK_IS(got, 512);
    CHECK(memcmp(text, back, 512) == 0);
    CHECK_IS(write(slave, text, 512), 512);
    int count = 0;
    struct pollfd p = {.fd = master, .events = POLLIN};
    CHECK_IS(poll(&p, 1, 10000), 1);
    CHECK_IS(ioctl(master, FIONREAD, &count), 0);
    CHECK_IS(count, 512);
    CHECK_IS(read(master, back, 100), 100);
    CHECK_IS(read(master, back + 100, sizeof back - 100), 412);
    CHECK(memcmp(text, back, 512) == 0);
    close_pair();
}

static void test_readiness(void)
{
    char text[16];

    open_pair();
    set_raw(slave);
    CHECK_IS(events_of(master), POLLOUT);
    CHECK_IS(events_of(slave), POLLOUT);
    CHECK_IS(fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK), 0);
    CHECK_ERROR(read(master, text, sizeof text), EAGAIN);
    CHECK_IS(write(slave, "x", 1), 1);
    CHECK_IS(events_of(master), POLLIN | POLLOUT);
    CHECK_IS(write(master, "y", 1), 1);
    CHECK_IS(events_of(slave), POLLIN | POLLOUT);
    /* A slave that nobody reads makes the master wait, and reading lets it go on. */
    char block[1000] = {0};
    ssize_t n;
    long total = 0;
    for (int i = 0; i < 1000 && (n = write(master, block, sizeof block)) > 0; i++)
        total += n;
    CHECK_IS(n, -1);
    CHECK_IS(errno, EAGAIN);
    CHECK(total >= 4095);
    CHECK_IS(events_of(master) & POLLOUT, 0);
    CHECK_IS(fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK), 0);
    long back = 0;
    while ((n = read(slave, block, sizeof block)) > 0)
        back += n;
    CHECK_IS(back, total + 1);
    CHECK_IS(events_of(master) & POLLOUT, POLLOUT);
    close_pair();
}

static void test_settings_are_shared(void)
{
    struct winsize size = {.ws_row = 33, .ws_col = 99}, seen = {0};
    struct termios t;

    open_pair();
    CHECK_IS(ioctl(master, TIOCSWINSZ, &size), 0);
    CHECK_IS(ioctl(slave, TIOCGWINSZ, &seen), 0);
    CHECK(seen.ws_row == 33 && seen.ws_col == 99);
    CHECK_IS(tcgetattr(master, &t), 0);
    t.c_lflag &= ~(tcflag_t)ECHO;
    CHECK_IS(tcsetattr(master, TCSANOW, &t), 0);
    CHECK_IS(tcgetattr(slave, &t), 0);
    CHECK_IS(t.c_lflag & ECHO, 0);
    CHECK_IS(write(slave, "unread", 6), 6);
    CHECK_IS(tcsetattr(slave, TCSADRAIN, &t), 0); /* does not wait for the master */
    CHECK_IS(write(master, "gone\n", 5), 5);
    CHECK_IS(tcflush(slave, TCIFLUSH), 0);
    CHECK_IS(write(master, "new\n", 4), 4);
    char text[16];
    CHECK_IS(read(slave, text, sizeof text), 4);
    CHECK(memcmp(text, "new\n", 4) == 0);
    close_pair();
}

static void test_slave_closed(void)
{
    char text[16];

    open_pair();
    CHECK_IS(write(slave, "last", 4), 4);
    close(slave);
    CHECK_IS(read(master, text, sizeof text), 4); /* what was written comes first */
    CHECK_ERROR(read(master, text, sizeof text), EIO);
    CHECK(events_of(master) & POLLHUP);
    slave = open(name, O_RDWR | O_NOCTTY); /* and it may be opened again */
    CHECK(slave >= 0);
    CHECK_IS(events_of(master) & POLLHUP, 0);
    CHECK_IS(write(slave, "more", 4), 4);
    CHECK_IS(read(master, text, sizeof text), 4);
    close_pair();
}

static void test_master_closed(void)
{
    char text[16];

    open_pair();
    close(master);
    CHECK_IS(read(slave, text, sizeof text), 0);
    CHECK_ERROR(write(slave, "x", 1), EIO);
    CHECK(events_of(slave) & POLLHUP);
    close(slave);
}

static void test_packet_mode(void)
{
    char text[16];
    int on = 1;

    open_pair();
    CHECK_IS(ioctl(master, TIOCPKT, &on), 0);
    CHECK_IS(write(slave, "ab", 2), 2);
    CHECK_IS(read(master, text, sizeof text), 3);
    CHECK(text[0] == TIOCPKT_DATA && text[1] == 'a' && text[2] == 'b');
    CHECK_IS(tcflush(slave, TCIFLUSH), 0);
    CHECK_IS(read(master, text, sizeof text), 1);
    CHECK_IS(text[0], TIOCPKT_FLUSHREAD);
    struct termios t;
    CHECK_IS(tcgetattr(slave, &t), 0);
    t.c_iflag &= ~(tcflag_t)IXON;
    CHECK_IS(tcsetattr(slave, TCSANOW, &t), 0);
    CHECK_IS(read(master, text, sizeof text), 1);
    CHECK_IS(text[0] & TIOCPKT_NOSTOP, TIOCPKT_NOSTOP);
    close_pair();
}

/* ---- A session on a pseudo-terminal -------------------------------------------------------------------------- */

static volatile sig_atomic_t caught;

static void catch (int signo)
{
    caught = signo;
}

static void put(const char *text)
{
    (void)!write(1, text, strlen(text));
}

/* The leader: tells what it sees; then waits for ^C, a new size, and the hang-up. */
static void leader(void)
{
    sigset_t wait_mask, all;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &wait_mask);
    struct sigaction action = {.sa_handler = catch};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGWINCH, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    sigemptyset(&wait_mask);
    int tty = open("/dev/tty", O_RDWR);
    if (tty >= 0 && tcgetpgrp(tty) == getpgrp() && tcgetsid(0) == getsid(0) && isatty(tty))
        put("ready\n");
    for (;;) {
        sigsuspend(&wait_mask);
        if (caught == SIGINT)
            put("interrupted\n");
        if (caught == SIGWINCH) {
            struct winsize size;
            ioctl(0, TIOCGWINSZ, &size);
            put(size.ws_row == 50 ? "resized\n" : "wrong size\n");
        }
        if (caught == SIGHUP)
            _exit(open("/dev/tty", O_RDWR) < 0 ? 42 : 43);
    }
}

static void test_session(void)
{
    char text[256];
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    int status = 0;
    pid_t pid = forkpty(&master, name, NULL, &size);

    if (pid == 0)
        leader();
    CHECK(pid > 0);
    CHECK(read_until(master, text, sizeof text, "ready"));
    CHECK_IS(tcgetpgrp(master), pid);
    CHECK_IS(write(master, "\003", 1), 1);
    CHECK(read_until(master, text, sizeof text, "interrupted"));
    size.ws_row = 50;
    CHECK_IS(ioctl(master, TIOCSWINSZ, &size), 0);
    CHECK(read_until(master, text, sizeof text, "resized"));
    close(master);
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK(WIFEXITED(status));
    CHECK_IS(WEXITSTATUS(status), 42);
}

/* A job in the background that reads is stopped; in the foreground it gets its line. */
static void job_control(void)
{
    char line[64];
    int status;

    signal(SIGTTOU, SIG_IGN);
    pid_t job = fork();
    if (job == 0) {
        setpgid(0, 0);
        ssize_t n = read(0, line, sizeof line);
        _exit(n == 3 ? 7 : 8);
    }
    setpgid(job, job);
    if (waitpid(job, &status, WUNTRACED) != job || !WIFSTOPPED(status) ||
        WSTOPSIG(status) != SIGTTIN)
        _exit(1);
    if (tcsetpgrp(0, job) < 0 || kill(-job, SIGCONT) < 0)
        _exit(2);
    put("foreground\n");
    if (waitpid(job, &status, WUNTRACED) != job || !WIFSTOPPED(status) ||
        WSTOPSIG(status) != SIGTSTP)
        _exit(3);
    kill(-job, SIGCONT);
    put("continued\n");
    if (waitpid(job, &status, 0) != job || !WIFEXITED(status) || WEXITSTATUS(status) != 7)
        _exit(4);
    _exit(tcsetpgrp(0, getpgrp()) < 0 ? 5 : 0);
}

static void test_job_control(void)
{
    char text[256];
    int status = 0;
    pid_t pid = forkpty(&master, NULL, NULL, NULL);

    if (pid == 0)
        job_control();
    CHECK(read_until(master, text, sizeof text, "foreground"));
    CHECK_IS(write(master, "\032", 1), 1);
    CHECK(read_until(master, text, sizeof text, "continued"));
    CHECK_IS(write(master, "hi\n", 3), 3);
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK_IS(status, 0);
    close(master);
}

/* What `script` does: a command on a terminal of its own, all of its output until the end. */
static void test_command(void)
{
    char text[512];
    size_t used = 0;
    int status = 0;
    pid_t pid = forkpty(&master, NULL, NULL, NULL);

    if (pid == 0) {
        execlp("sh", "sh", "-c", "test -t 0 && read line && echo \"got $line\"; exit 3", (char *)0);
        _exit(127);
    }
    CHECK_IS(write(master, "typed\n", 6), 6);
    ssize_t n;
    while (used + 1 < sizeof text && (n = read(master, text + used, sizeof text - 1 - used)) > 0)
        used += (size_t)n;
    CHECK_IS(errno, EIO);
    text[used] = 0;
    CHECK(strstr(text, "got typed\r\n") != NULL);
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK_IS(WEXITSTATUS(status), 3);
    close(master);
}

static void test_many(void)
{
    int masters[32], slaves[32];
    char text[8];

    for (int i = 0; i < 32; i++)
        CHECK_IS(openpty(&masters[i], &slaves[i], NULL, NULL, NULL), 0);
    for (int i = 0; i < 32; i++)
        CHECK_IS(write(masters[i], "q\n", 2), 2);
    for (int i = 31; i >= 0; i--) {
        CHECK_IS(read(slaves[i], text, sizeof text), 2);
        close(i & 1 ? masters[i] : slaves[i]);
        close(i & 1 ? slaves[i] : masters[i]);
    }
}

int main(void)
{
    test_names_and_errors();
    test_lines_and_echo();
    test_raw_is_transparent();
    test_readiness();
    test_settings_are_shared();
    test_slave_closed();
    test_master_closed();
    test_packet_mode();
    test_session();
    test_job_control();
    test_command();
    test_many();
    return posix_end();
}
