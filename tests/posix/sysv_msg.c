/* sysv_msg.c: message queues of System V (XSI): msgget, msgsnd, msgrcv, msgctl. */
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/msg.h>
#include <time.h>
#include "tests/posix/child.h"

struct text {
    long type;
    char bytes[16];
};

static key_t key;

static int send(int id, long type, const char *bytes, int flags)
{
    struct text text = {.type = type};
    strcpy(text.bytes, bytes);
    return msgsnd(id, &text, strlen(bytes), flags);
}

/* The text of the message; "" for none. */
static const char *receive(int id, long type, int flags)
{
    static struct text text;
    memset(&text, 0, sizeof text);
    return msgrcv(id, &text, sizeof text.bytes - 1, type, flags) >= 0 ? text.bytes : "";
}

static struct msqid_ds state(int id)
{
    struct msqid_ds ds = {0};
    CHECK_IS(msgctl(id, IPC_STAT, &ds), 0);
    return ds;
}

static void test_queues(void)
{
    time_t begin = time(NULL);
    CHECK_ERROR(msgget(key, 0600), ENOENT);
    int id = msgget(key, 0640 | IPC_CREAT | IPC_EXCL);
    CHECK(id >= 0);
    CHECK_IS(msgget(key, 0600), id);
    CHECK_ERROR(msgget(key, 0600 | IPC_CREAT | IPC_EXCL), EEXIST);
    struct msqid_ds ds = state(id);
    CHECK_IS(ds.msg_qnum, 0);
    CHECK(ds.msg_qbytes > 0);
    CHECK_IS(ds.msg_stime, 0);
    CHECK_IS(ds.msg_rtime, 0);
    CHECK_IS(ds.msg_lspid, 0);
    CHECK_IS(ds.msg_lrpid, 0);
    CHECK(ds.msg_ctime >= begin && ds.msg_ctime <= time(NULL));
    CHECK_IS(ds.msg_perm.mode & 0777, 0640);
    CHECK_IS(send(id, 1, "one", 0), 0);
    ds = state(id);
    CHECK_IS(ds.msg_qnum, 1);
    CHECK_IS(ds.msg_lspid, getpid());
    CHECK(ds.msg_stime >= begin);
    CHECK(strcmp(receive(id, 0, 0), "one") == 0);
    ds = state(id);
    CHECK_IS(ds.msg_qnum, 0);
    CHECK_IS(ds.msg_lrpid, getpid());
    CHECK(ds.msg_rtime >= begin);
    CHECK_IS(msgctl(id, IPC_RMID, NULL), 0);
    CHECK_ERROR(msgctl(id, IPC_RMID, NULL), EINVAL);
    CHECK_ERROR(send(id, 1, "x", 0), EINVAL);
    CHECK_ERROR(msgget(key, 0600), ENOENT);
}

static void test_types(void)
{
    int id = msgget(IPC_PRIVATE, 0600);
    static const struct {
        long type;
        const char *bytes;
    } sent[] = {{3, "three"}, {1, "one"}, {2, "two"}, {1, "one again"}, {5, "five"}, {2, ""}};
    for (size_t i = 0; i < sizeof sent / sizeof sent[0]; i++)
        CHECK_IS(send(id, sent[i].type, sent[i].bytes, 0), 0);
    CHECK(strcmp(receive(id, 2, 0), "two") == 0);
    CHECK(strcmp(receive(id, 0, 0), "three") == 0);
    CHECK(strcmp(receive(id, -4, 0), "one") == 0); /* the lowest up to 4 */
    CHECK(strcmp(receive(id, -4, 0), "one again") == 0);
    struct text text;
    CHECK_IS(msgrcv(id, &text, 0, -4, 0), 0);
    CHECK_IS(text.type, 2);
    CHECK_ERROR(msgrcv(id, &text, 16, -4, IPC_NOWAIT), ENOMSG);
    CHECK_ERROR(msgrcv(id, &text, 16, 7, IPC_NOWAIT), ENOMSG);
    CHECK_ERROR(msgrcv(id, &text, 3, 0, 0), E2BIG); /* it stays */
    CHECK_IS(msgrcv(id, &text, 3, 0, MSG_NOERROR), 3);
    CHECK(text.type == 5 && memcmp(text.bytes, "fiv", 3) == 0);
    CHECK_ERROR(msgrcv(id, &text, 16, 0, IPC_NOWAIT), ENOMSG);
    CHECK_ERROR(send(id, 0, "x", 0), EINVAL);
    CHECK_ERROR(send(id, -1, "x", 0), EINVAL);
    CHECK_ERROR(msgsnd(id, &text, (size_t)SSIZE_MAX, 0), EINVAL);
    CHECK_ERROR(msgrcv(-1, &text, 16, 0, 0), EINVAL);
    CHECK_ERROR(msgctl(id, 12345, NULL), EINVAL);
    CHECK_IS(msgctl(id, IPC_RMID, NULL), 0);
}

/* A full queue lets nobody in until there is room. */
static void test_full(void)
{
    int id = msgget(IPC_PRIVATE, 0600), count = 0;
    struct msqid_ds ds = state(id);
    ds.msg_qbytes = 64;
    CHECK_IS(msgctl(id, IPC_SET, &ds), 0);
    CHECK_IS(state(id).msg_qbytes, 64);
    while (send(id, 1, "sixteen bytes..", IPC_NOWAIT) == 0)
        count++;
    CHECK_IS(errno, EAGAIN);
    CHECK_IS(count, 4);
    pid_t child = fork_child();
    if (child == 0)
        exit(send(id, 2, "the last", 0));
    usleep(20000);
    CHECK_IS(state(id).msg_qnum, 4);
    receive(id, 1, 0);
    CHECK_IS(result_of(child), 0);
    CHECK(strcmp(receive(id, 2, 0), "the last") == 0);
    CHECK_IS(msgctl(id, IPC_RMID, NULL), 0);
}

static void on_signal(int sig)
{
    (void)sig;
}

static void test_waiting(void)
{
    int id = msgget(IPC_PRIVATE, 0600);
    pid_t parent = getpid(), child = fork_child();
    if (child == 0) {
        struct sigaction action = {.sa_flags = SA_RESTART};
        action.sa_handler = on_signal;
        sigaction(SIGUSR1, &action, NULL);
        CHECK(strcmp(receive(id, 9, 0), "nine") == 0);
        struct text text;
        kill(parent, SIGUSR2);
        CHECK_ERROR(msgrcv(id, &text, 16, 9, 0), EINTR);
        signal(SIGUSR1, SIG_IGN); /* more than one may be on its way */
        kill(parent, SIGUSR2);
        CHECK_IS(msgrcv(id, &text, 16, 9, 0), -1);
        CHECK(errno == EIDRM || errno == EINVAL); /* EINVAL: it came after the end */
        exit(posix_failures);
    }
    sigset_t set;
    int sig;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2); /* blocked in main */
    CHECK_IS(send(id, 8, "eight", 0), 0);
    CHECK_IS(send(id, 9, "nine", 0), 0);
    CHECK_IS(sigwait(&set, &sig), 0);
    /* Until one has met the wait. */
    do
        kill(child, SIGUSR1);
    while (sigtimedwait(&set, NULL, &(struct timespec){0, 20000000}) < 0);
    usleep(30000);
    CHECK_IS(msgctl(id, IPC_RMID, NULL), 0);
    CHECK_IS(result_of(child), 0);
}

static void *receive_for_ever(void *arg)
{
    struct text text;
    msgrcv(*(int *)arg, &text, sizeof text.bytes, 0, 0);
    return NULL;
}

/* msgrcv is a cancellation point, and who is cancelled leaves the queue as it was. */
static void test_cancellation(void)
{
    int id = msgget(IPC_PRIVATE, 0600);
    pthread_t thread;
    void *result = NULL;
    CHECK_IS(pthread_create(&thread, NULL, receive_for_ever, &id), 0);
    usleep(20000);
    CHECK_IS(pthread_cancel(thread), 0);
    CHECK_IS(pthread_join(thread, &result), 0);
    CHECK(result == PTHREAD_CANCELED);
    CHECK_IS(send(id, 1, "after", 0), 0);
    CHECK(strcmp(receive(id, 0, 0), "after") == 0);
    CHECK_IS(msgctl(id, IPC_RMID, NULL), 0);
}

static void check_other_user(int id)
{
    struct msqid_ds ds = {0};
    struct text text;
    CHECK_IS(setuid(65534), 0);
    CHECK_ERROR(send(id, 1, "x", 0), EACCES);
    CHECK_IS(msgrcv(id, &text, 16, 0, 0), 7);
    CHECK_IS(msgget(key, 0444), id);
    CHECK_ERROR(msgget(key, 0666), EACCES);
    CHECK_IS(msgctl(id, IPC_STAT, &ds), 0);
    CHECK_ERROR(msgctl(id, IPC_SET, &ds), EPERM);
    CHECK_ERROR(msgctl(id, IPC_RMID, NULL), EPERM);
    exit(posix_failures);
}

static void test_permissions(void)
{
    int id = msgget(key, 0600 | IPC_CREAT);
    struct msqid_ds ds = state(id);
    ds.msg_perm.mode = 0644;
    CHECK_IS(msgctl(id, IPC_SET, &ds), 0);
    CHECK_IS(send(id, 1, "for all", 0), 0);
    pid_t child = fork_child();
    if (child == 0)
        check_other_user(id);
    CHECK_IS(result_of(child), 0);
    CHECK_IS(msgctl(id, IPC_RMID, NULL), 0);
}

/* Every message comes once. */
static void test_many(void)
{
    enum { SENDERS = 3, MESSAGES = 150 };
    int id = msgget(IPC_PRIVATE, 0600);
    pid_t children[SENDERS];
    long sum = 0;
    for (int i = 0; i < SENDERS; i++) {
        children[i] = fork_child();
        if (children[i] != 0)
            continue;
        for (long n = 1; n <= MESSAGES; n++)
            CHECK_IS(send(id, n, "0123456789abcde", 0), 0);
        exit(posix_failures != 0);
    }
    for (int i = 0; i < SENDERS * MESSAGES; i++) {
        struct text text;
        CHECK_IS(msgrcv(id, &text, 16, i % 2 ? 0 : -MESSAGES, 0), 15);
        sum += text.type;
    }
    CHECK_IS(sum, SENDERS * MESSAGES * (MESSAGES + 1) / 2);
    for (int i = 0; i < SENDERS; i++)
        CHECK_IS(result_of(children[i]), 0);
    CHECK_IS(state(id).msg_qnum, 0);
    CHECK_IS(msgctl(id, IPC_RMID, NULL), 0);
}

int main(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    key = (key_t)(getpid() << 8 | 3);
    test_queues();
    test_types();
    test_full();
    test_waiting();
    test_cancellation();
    if (geteuid() == 0)
        test_permissions();
    test_many();
    return posix_end();
}
