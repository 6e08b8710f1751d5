/*
 * dead_servers.c: a server of queues, sockets or pseudo-terminals dies while a call waits in it: does the call end with an error, do
 * the descriptors say so as well, and is the next instance as good as the first? (docs/recovery.md)
 */
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"

static char bytes[64];
static int fds[2];
static mqd_t queue;

static pid_t pid_of(const char *wanted)
{
    char line[256], name[64];
    int pid = 0, found = 0;
    FILE *ps = popen("ps", "r");
    CHECK(ps != NULL);
    while (ps && fgets(line, sizeof line, ps)) {
        if (sscanf(line, "%d %*s %*s %*s %*s %*s %63s", &pid, name) == 2 &&
            strcmp(name, wanted) == 0)
            found = pid;
    }
    if (ps)
        pclose(ps);
    return found;
}

/* ---- What each serves ---- */

static bool open_queue(void)
{
    struct mq_attr attr = {.mq_maxmsg = 2, .mq_msgsize = sizeof bytes};
    queue = mq_open("/dead_servers", O_RDWR | O_CREAT, 0600, &attr);
    return queue != (mqd_t)-1;
}
static long wait_in_queue(void)
{
    return mq_receive(queue, bytes, sizeof bytes, NULL);
}
static bool queue_works(void)
{
    return mq_send(queue, "q", 1, 0) == 0 && wait_in_queue() == 1;
}
static void close_queue(void)
{
    CHECK_IS(mq_close(queue), 0); /* the server does not know it any more */
    CHECK_ERROR(mq_close(queue), EBADF);
}

static bool open_sockets(void)
{
    return socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0;
}
static long wait_in_socket(void)
{
    return read(fds[0], bytes, 1);
}
static bool sockets_work(void)
{
    return write(fds[1], "s", 1) == 1 && wait_in_socket() == 1;
}
static void close_both(void)
{
    close(fds[0]);
    close(fds[1]);
}

static bool open_terminal(void)
{
    fds[0] = posix_openpt(O_RDWR | O_NOCTTY);
    if (fds[0] < 0 || grantpt(fds[0]) < 0 || unlockpt(fds[0]) < 0)
        return false;
    fds[1] = open(ptsname(fds[0]), O_RDWR | O_NOCTTY);
    return fds[1] >= 0;
}
static bool terminal_works(void)
{
    return sockets_work();
}

static const struct service {
    const char *server;
    bool (*open)(void);
    long (*wait)(void);
    bool (*works)(void);
    void (*close)(void);
} services[] = {{"mqueue", open_queue, wait_in_queue, queue_works, close_queue},
                {"unix", open_sockets, wait_in_socket, sockets_work, close_both},
                {"pty", open_terminal, wait_in_socket, terminal_works, close_both}};

static atomic_int waiting;

static void *waits(void *arg)
{
    const struct service *service = arg;
    waiting = 1;
    errno = 0;
    long result = service->wait();
    return (void *)(long)(result < 0 ? errno : 0);
}

static bool reopen(const struct service *service)
{
    for (int i = 0; i < 500; i++) { /* init starts it again */
        if (service->open())
            return true;
        usleep(10000);
    }
    return false;
}

static void test_death(const struct service *service)
{
    pthread_t thread;
    void *error = NULL;
    CHECK(service->open());
    CHECK(service->works());
    pid_t server = pid_of(service->server);
    CHECK(server > 1);
    waiting = 0;
    CHECK_IS(pthread_create(&thread, NULL, waits, (void *)service), 0);
    while (!waiting)
        usleep(1000);
    usleep(10000);
    CHECK_IS(kill(server, SIGKILL), 0);
    CHECK_IS(pthread_join(thread, &error), 0);
    CHECK((long)error == ENODEV || (long)error == ESTALE || (long)error == EIO);
    CHECK(!service->works()); /* an error, not a wait for ever */
    service->close();
    CHECK(reopen(service));
    CHECK(service->works());
    service->close();
    pid_t next = pid_of(service->server);
    CHECK(next > 1 && next != server);
    if (posix_failures)
        printf("so far: %s, error %ld\n", service->server, (long)error);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < sizeof services / sizeof *services; i++)
        test_death(&services[i]);
    mq_unlink("/dead_servers");
    return posix_end();
}
