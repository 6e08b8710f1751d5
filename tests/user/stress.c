/*
 * stress.c [SECONDS]: does a system that forks, execs, maps, signals, pipes, calls servers and starts threads all the time make progress
 * everywhere, and is all of the kernel's memory back afterwards? Every kind of work is a process of its own that counts its rounds;
 * one that does not count for STUCK_S has lost a wake-up.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

#define STUCK_S     30
#define WARM_S      1
#define SLACK_PAGES 64 /* caches of servers and of the kernel */
#define EXEC_STATUS 42

static const char *self_path;
static struct shared {
    _Atomic int stop;
    _Atomic unsigned rounds[16];
} *shared;

/* In a worker: a failure ends it with a line. */
#define REQUIRE(e)                                                                \
    do {                                                                          \
        if (!(e)) {                                                               \
            printf("FAIL %s:%d: %s (errno %d)\n", __FILE__, __LINE__, #e, errno); \
            fflush(stdout);                                                       \
            _exit(1);                                                             \
        }                                                                         \
    } while (0)

static void wait_for(pid_t child, int expected)
{
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status) && WEXITSTATUS(status) == expected);
}

static void fork_round(unsigned round)
{
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0)
        _exit((int)(round & 127));
    wait_for(child, (int)(round & 127));
}

static void exec_round(unsigned round)
{
    (void)round;
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        execl(self_path, self_path, "child", (char *)NULL);
        _exit(1);
    }
    wait_for(child, EXEC_STATUS);
}

static void map_round(unsigned round)
{
    size_t bytes = (1 + round % 64) * 4096;
    char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    for (size_t i = 0; i < bytes; i += 4096) {
        REQUIRE(memory[i] == 0);
        memory[i] = (char)round;
    }
    REQUIRE(mprotect(memory, bytes, PROT_READ) == 0);
    REQUIRE(memory[bytes - 4096] == (char)round);
    REQUIRE(munmap(memory, bytes) == 0);
}

static void on_signal(int number)
{
    (void)number;
}

/* The child waits for a signal and sends one back; both block it but while they wait. */
static void signal_round(unsigned round)
{
    (void)round;
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    signal(SIGUSR1, on_signal);
    REQUIRE(sigprocmask(SIG_BLOCK, &blocked, &before) == 0);
    pid_t child = fork();
    REQUIRE(child >= 0);
    for (int i = 0; i < 20; i++) {
        if (child != 0)
            REQUIRE(kill(child, SIGUSR1) == 0);
        sigsuspend(&before);
        if (child == 0)
            REQUIRE(kill(getppid(), SIGUSR1) == 0);
    }
    if (child == 0)
        _exit(3);
    wait_for(child, 3);
    REQUIRE(sigprocmask(SIG_SETMASK, &before, NULL) == 0);
}

static void pipe_round(unsigned round)
{
    int to[2], from[2];
    char byte;
    REQUIRE(pipe(to) == 0 && pipe(from) == 0);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        close(to[1]);
        while (read(to[0], &byte, 1) == 1)
            REQUIRE(write(from[1], &byte, 1) == 1);
        _exit(4);
    }
    close(to[0]);
    for (unsigned i = 0; i < 50; i++) {
        char sent = (char)(round + i);
        REQUIRE(write(to[1], &sent, 1) == 1);
        REQUIRE(read(from[0], &byte, 1) == 1 && byte == sent);
    }
    close(to[1]);
    wait_for(child, 4);
    close(from[0]);
    close(from[1]);
}

static void server_round(unsigned round)
{
    char name[64], text[64], got[64];
    struct stat stat_got;
    snprintf(name, sizeof name, "/tmp/stress.%d", (int)getpid());
    int bytes = snprintf(text, sizeof text, "round %u", round);
    int file = open(name, O_CREAT | O_RDWR | O_TRUNC, 0600);
    REQUIRE(file >= 0);
    REQUIRE(write(file, text, (size_t)bytes) == bytes);
    REQUIRE(fstat(file, &stat_got) == 0 && stat_got.st_size == bytes);
    REQUIRE(pread(file, got, sizeof got, 0) == bytes && memcmp(got, text, (size_t)bytes) == 0);
    REQUIRE(close(file) == 0);
    REQUIRE(unlink(name) == 0);
}

struct turns {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned turn;
};

static void take_turns(struct turns *turns, unsigned mine)
{
    for (unsigned i = 0; i < 20; i++) {
        pthread_mutex_lock(&turns->lock);
        while (turns->turn % 2 != mine)
            pthread_cond_wait(&turns->changed, &turns->lock);
        turns->turn++;
        pthread_cond_signal(&turns->changed);
        pthread_mutex_unlock(&turns->lock);
    }
}

static void *other_thread(void *turns)
{
    take_turns(turns, 1);
    return NULL;
}

static void thread_round(unsigned round)
{
    (void)round;
    struct turns turns = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, other_thread, &turns) == 0);
    take_turns(&turns, 0);
    REQUIRE(pthread_join(thread, NULL) == 0);
    REQUIRE(turns.turn == 40);
}

static const struct {
    const char *name;
    void (*round)(unsigned round);
} kinds[] = {{"fork", fork_round},     {"exec", exec_round},     {"map", map_round},
             {"signal", signal_round}, {"pipe", pipe_round},     {"server", server_round},
             {"thread", thread_round}, {"signal", signal_round}, {"pipe", pipe_round}};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Whether all count on until the time is over. */
static int watch(uint64_t seconds)
{
    uint64_t end = now_ms() + seconds * 1000, changed[KINDS];
    unsigned seen[KINDS] = {0};
    for (unsigned i = 0; i < KINDS; i++)
        changed[i] = now_ms();
    while (now_ms() < end) {
        usleep(200000);
        for (unsigned i = 0; i < KINDS; i++) {
            unsigned rounds = shared->rounds[i];
            if (rounds != seen[i])
                changed[i] = now_ms();
            seen[i] = rounds;
            if (now_ms() - changed[i] > STUCK_S * 1000UL) {
                printf("FAIL %s is stuck after %u rounds\n", kinds[i].name, rounds);
                return 0;
            }
        }
    }
    return 1;
}

static void run_all(uint64_t seconds)
{
    pid_t workers[KINDS];
    memset(shared, 0, sizeof *shared);
    for (unsigned i = 0; i < KINDS; i++) {
        fflush(stdout);
        workers[i] = fork();
        if (workers[i] == 0) {
            while (!shared->stop)
                kinds[i].round(shared->rounds[i]++);
            _exit(0);
        }
        CHECK(workers[i] > 0);
    }
    int alive = watch(seconds);
    CHECK(alive);
    shared->stop = 1;
    fflush(stdout);
    for (unsigned i = 0; i < KINDS && !alive; i++)
        kill(workers[i], SIGKILL);
    for (unsigned i = 0; i < KINDS; i++) {
        int status = -1;
        CHECK_IS(waitpid(workers[i], &status, 0), workers[i]);
        CHECK_IS(status, 0);
        CHECK(shared->rounds[i] > 0);
    }
}

/* Pages: of the machine that are free, and that the kernel has. */
static void read_memory(long *free_pages, long *kernel_pages)
{
    char line[80];
    FILE *file = fopen("sys:memory", "r");
    *free_pages = *kernel_pages = -1;
    CHECK(file != NULL);
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        sscanf(line, "free %ld", free_pages);
        sscanf(line, "kernel %ld", kernel_pages);
    }
    if (file != NULL)
        fclose(file);
}

/* What is freed later (servers that notice, deferred work) gets ten seconds. */
static void expect_memory_back(long free_before, long kernel_before)
{
    long free_pages = 0, kernel_pages = 0;
    for (unsigned i = 0; i < 100; i++) {
        read_memory(&free_pages, &kernel_pages);
        if (free_pages >= free_before - SLACK_PAGES && kernel_pages <= kernel_before + SLACK_PAGES)
            break;
        usleep(100000);
    }
    printf("free pages %ld, then %ld; kernel pages %ld, then %ld\n", free_before, free_pages,
           kernel_before, kernel_pages);
    CHECK(free_pages >= free_before - SLACK_PAGES);
    CHECK(kernel_pages <= kernel_before + SLACK_PAGES);
}

int main(int argc, char **argv)
{
    long free_pages, kernel_pages;
    if (argc > 1 && strcmp(argv[1], "child") == 0)
        return EXEC_STATUS;
    self_path = argv[0];
    uint64_t seconds = argc > 1 ? strtoul(argv[1], NULL, 10) : 5;
    shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(shared != MAP_FAILED);
    run_all(WARM_S);
    usleep(500000);
    read_memory(&free_pages, &kernel_pages);
    run_all(seconds);
    for (unsigned i = 0; i < KINDS; i++)
        printf("%s %u\n", kinds[i].name, shared->rounds[i]);
    expect_memory_back(free_pages, kernel_pages);
    return check_end();
}
