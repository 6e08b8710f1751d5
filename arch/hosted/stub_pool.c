/* stub_pool.c: spawning, reusing and reaping stubs. */
#include "stub_pool.h"

#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <asm/unistd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"
#include "memfd.h"
#include "replay/replay.h"

#define READY_GOAL       3             /* kept spawned ahead */
#define READY_MAX        24            /* kept of those given back */
#define START_TIMEOUT_NS 30000000000UL /* on a badly overloaded host */

extern const uint8_t stub_image[], stub_image_end[]; /* image.S */

static struct {
    pthread_mutex_t spawn_lock; /* taken before lock: a child exists only after its pid is known */
    pthread_mutex_t lock;
    pthread_cond_t changed; /* ready list, failures or wishes */
    /* Guarded by lock: */
    struct stub *all, *ready, *free; /* free: slots without a process */
    uint32_t ready_count, slots, waiting, living;
    uint64_t failures;
    bool idle; /* the last background spawn failed: wait for a wish */
    _Atomic bool closed;

    /* Constant after start: */
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    bool private_text;
    sem_t children; /* counts children to collect */
} pool = {.spawn_lock = PTHREAD_MUTEX_INITIALIZER,
          .lock = PTHREAD_MUTEX_INITIALIZER,
          .changed = PTHREAD_COND_INITIALIZER};

/* ---- spawning ---- */

static int write_image(void)
{
    int fd = memfd_new("dyad-stub", true);
    size_t bytes = (size_t)(stub_image_end - stub_image);
    if (write(fd, stub_image, bytes) != (ssize_t)bytes)
        host_fail("cannot write the stub's image: %s", strerror(errno));
    /* Executing a file that is open for writing is refused, so open it again. */
    char path[32];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    int readonly = open(path, O_RDONLY | O_CLOEXEC);
    if (readonly < 0)
        host_fail("cannot open %s: %s; dyad needs /proc", path, strerror(errno));
    int high = fcntl(readonly, F_DUPFD_CLOEXEC, 16);
    close(readonly);
    close(fd);
    return high;
}

static void prepare_spawn(void)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&pool.attributes);
    posix_spawnattr_setsigmask(&pool.attributes, &none);
    posix_spawnattr_setsigdefault(&pool.attributes, &all);
    posix_spawnattr_setpgroup(&pool.attributes, 0); /* a terminal's ^C is for dyad alone */
    posix_spawnattr_setflags(&pool.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                   POSIX_SPAWN_SETPGROUP);
    posix_spawn_file_actions_init(&pool.actions);
    posix_spawn_file_actions_adddup2(&pool.actions, ram_fd(), STUB_FD_RAM);
    posix_spawn_file_actions_adddup2(&pool.actions, control_fd(), STUB_FD_CONTROL);
    posix_spawn_file_actions_adddup2(&pool.actions, write_image(), STUB_FD_SELF);
    for (int fd = 0; fd < 3; fd++)
        posix_spawn_file_actions_addclose(&pool.actions, fd);
    posix_spawn_file_actions_addclosefrom_np(&pool.actions, STUB_FD_SELF + 1);
}

/* A stub structure with a slot but no process: an old one or a new one. Called with the lock held. */
static struct stub *slot_take_locked(void)
{
    struct stub *stub = pool.free;
    if (stub) {
        pool.free = stub->next_ready;
        return stub;
    }
    if (pool.slots == STUB_SLOTS_MAX)
        return NULL;
    stub = calloc(1, sizeof(*stub));
    if (!stub || !control_attach(stub, pool.slots)) {
        free(stub);
        return NULL;
    }
    pthread_mutex_init(&stub->signal_lock, NULL);
    pthread_mutex_init(&stub->thread_lock, NULL);
    pool.slots++;
    stub->reaped = true;
    stub->next = pool.all;
    pool.all = stub;
    return stub;
}

static void stub_clear(struct stub *stub)
{
    control_reset(stub);
    stub->header->private_text = pool.private_text;
    stub->header->trap_tsc = replay_on;
    stub->threads = 1;
    memset(stub->used, 0, sizeof(stub->used));
    memset(stub->places, 0, sizeof(stub->places));
    stub->spoilt = false;
    stub->tail = stub->flush = stub->done = stub->published = 0;
    stub->mappings = 0;
    for (unsigned i = 0; i < DYAD_CPUS_MAX; i++)
        atomic_store(&stub->in_run[i], 0);
    atomic_store(&stub->dead, false);
}

/* Start the process of an empty slot; false: the host refuses. */
static bool spawn_process(struct stub *stub)
{
    char slot[16];
    snprintf(slot, sizeof(slot), "%x", stub->slot);
    char name[] = "dyad-stub";
    char *argv[] = {name, slot, NULL}, *environment[] = {NULL};
    pid_t pid;
    pthread_mutex_lock(&pool.spawn_lock);
    bool ok = !pool.closed && posix_spawn(&pid, "/proc/self/fd/5", &pool.actions, &pool.attributes,
                                          argv, environment) == 0;
    if (ok) {
        pthread_mutex_lock(&pool.lock);
        stub->pid = stub->tids[0] = pid;
        stub->reaped = false;
        stub->owned = true;
        pool.living++;
        pthread_mutex_unlock(&pool.lock);
        sem_post(&pool.children);
    }
    pthread_mutex_unlock(&pool.spawn_lock);
    return ok;
}

/* The lock is held on entry and exit, not while the process starts. */
static struct stub *spawn_locked(void)
{
    struct stub *stub = slot_take_locked();
    if (!stub)
        return NULL;
    pthread_mutex_unlock(&pool.lock);
    stub_clear(stub);
    bool ok = spawn_process(stub);
    pthread_mutex_lock(&pool.lock);
    if (ok)
        return stub;
    stub->next_ready = pool.free;
    pool.free = stub;
    return NULL;
}

/* Until it has set itself up; false when it died instead. */
static bool wait_ready(struct stub *stub)
{
    uint64_t end = host_time_ns() + START_TIMEOUT_NS;
    while (!atomic_load(&stub->header->ready)) {
        uint64_t now = host_time_ns();
        if (atomic_load(&stub->dead) || now >= end)
            return false;
        host_futex_wait(&stub->header->ready, 0, now + 20000000);
    }
    return true;
}

static void ready_push_locked(struct stub *stub)
{
    stub->next_ready = pool.ready;
    pool.ready = stub;
    pool.ready_count++;
    pthread_cond_broadcast(&pool.changed);
}

/* The owner is done with it; the slot is free again once the process is gone as well. */
static void release_locked(struct stub *stub)
{
    stub->owned = false;
    if (!stub->reaped)
        return;
    stub->next_ready = pool.free;
    pool.free = stub;
}

static void *spawner(void *unused)
{
    pthread_mutex_lock(&pool.lock);
    for (;;) {
        bool wish = pool.waiting > pool.ready_count;
        if (pool.closed || (!wish && (pool.idle || pool.ready_count >= READY_GOAL))) {
            pthread_cond_wait(&pool.changed, &pool.lock);
            continue;
        }
        struct stub *stub = spawn_locked();
        pthread_mutex_unlock(&pool.lock);
        bool ok = stub && wait_ready(stub);
        if (stub && !ok)
            stub_kill(stub);
        pthread_mutex_lock(&pool.lock);
        pool.idle = !ok;
        if (ok) {
            ready_push_locked(stub);
            continue;
        }
        if (stub)
            release_locked(stub);
        pool.failures++;
        pthread_cond_broadcast(&pool.changed);
    }
    return unused;
}

/* ---- taking and giving back ---- */

/* The next ready one; those that died in the list are let go. */
static struct stub *ready_pop_locked(void)
{
    while (pool.ready) {
        struct stub *stub = pool.ready;
        pool.ready = stub->next_ready;
        pool.ready_count--;
        if (!atomic_load(&stub->dead))
            return stub;
        release_locked(stub);
    }
    return NULL;
}

status_t stub_take(struct stub **out)
{
    pthread_mutex_lock(&pool.lock);
    uint64_t failures = pool.failures;
    while (!(*out = ready_pop_locked()) && failures == pool.failures && !pool.closed) {
        pool.waiting++;
        pthread_cond_broadcast(&pool.changed);
        pthread_cond_wait(&pool.changed, &pool.lock);
        pool.waiting--;
    }
    pool.idle = false;
    if (pool.ready_count < READY_GOAL)
        pthread_cond_broadcast(&pool.changed);
    pthread_mutex_unlock(&pool.lock);
    return *out ? 0 : -ERR_AGAIN;
}

/* One thread, asleep or about to, and nothing mapped once it has looked at its ring: as good as new. */
void stub_give_back(struct stub *stub)
{
    bool reusable = stub->threads == 1 && !stub->spoilt && !atomic_load(&stub->dead);
    pthread_mutex_lock(&pool.lock);
    reusable = reusable && pool.ready_count < READY_MAX && !pool.closed;
    if (reusable)
        ready_push_locked(stub);
    else
        release_locked(stub);
    pthread_mutex_unlock(&pool.lock);
    if (reusable)
        control_wake(control_number(stub, 0)); /* unmap in the background */
    else
        stub_kill(stub);
}

/* ---- signals and death ---- */

void stub_signal(struct stub *stub, uint32_t index)
{
    pthread_mutex_lock(&stub->signal_lock);
    if (!atomic_load(&stub->dead))
        syscall(__NR_tgkill, stub->pid, stub->tids[index], STUB_SIGNAL);
    pthread_mutex_unlock(&stub->signal_lock);
}

void stub_kill(struct stub *stub)
{
    pthread_mutex_lock(&stub->signal_lock);
    if (!atomic_load(&stub->dead))
        kill(stub->pid, SIGKILL);
    pthread_mutex_unlock(&stub->signal_lock);
}

char stub_state(const struct stub *stub, uint32_t index)
{
    char path[64], text[256];
    snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", (int)stub->pid, (int)stub->tids[index]);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return '\0';
    ssize_t n = read(fd, text, sizeof(text) - 1);
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    const char *name_end = strrchr(text, ')');
    return name_end && name_end[1] == ' ' ? name_end[2] : '\0';
}

/* Tell the cores that run it; the others find `dead` when they next try. */
static void announce_death(struct stub *stub)
{
    pthread_mutex_lock(&stub->signal_lock);
    atomic_store(&stub->dead, true);
    pthread_mutex_unlock(&stub->signal_lock);
    for (unsigned i = 0; i < DYAD_CPUS_MAX; i++) {
        struct cpu *cpu = host_cpu_at(i);
        if (cpu && atomic_load(&stub->in_run[i]))
            host_cpu_wake(cpu);
    }
}

static void collect(pid_t pid)
{
    struct stub *stub;
    pthread_mutex_lock(&pool.spawn_lock);
    pthread_mutex_lock(&pool.lock);
    for (stub = pool.all; stub && (stub->reaped || stub->pid != pid); stub = stub->next)
        ;
    pthread_mutex_unlock(&pool.lock);
    pthread_mutex_unlock(&pool.spawn_lock);
    if (stub)
        announce_death(stub); /* before its pid may be reused */
    waitpid(pid, NULL, 0);
    if (!stub)
        return;
    pthread_mutex_lock(&pool.lock);
    stub->reaped = true;
    pool.living--;
    if (!stub->owned)
        release_locked(stub);
    pthread_cond_broadcast(&pool.changed);
    pthread_mutex_unlock(&pool.lock);
}

static void *reaper(void *unused)
{
    for (;;) {
        while (sem_wait(&pool.children) != 0)
            ;
        siginfo_t info = {0};
        while (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) != 0 && errno == EINTR)
            ;
        if (info.si_pid > 0)
            collect(info.si_pid);
    }
    return unused;
}

void stub_pool_expect_child(void)
{
    sem_post(&pool.children);
}

void stub_pool_start(bool private_text)
{
    pool.private_text = private_text;
    sem_init(&pool.children, 0, 0);
    prepare_spawn();
    pthread_t thread;
    if (pthread_create(&thread, NULL, spawner, NULL) != 0 ||
        pthread_create(&thread, NULL, reaper, NULL) != 0)
        host_fail("cannot create a thread: %s", strerror(errno));
}

/* The caller may have panicked with a lock of ours held: then PR_SET_PDEATHSIG has to do. */
static bool lock_soon(pthread_mutex_t *lock)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += 1;
    return pthread_mutex_clocklock(lock, CLOCK_MONOTONIC, &until) == 0;
}

void stub_pool_shutdown(void)
{
    uint64_t end = host_time_ns() + 500000000;
    pool.closed = true;
    if (!lock_soon(&pool.spawn_lock)) /* none is just being started */
        return;
    pthread_mutex_unlock(&pool.spawn_lock);
    if (!lock_soon(&pool.lock))
        return;
    for (struct stub *stub = pool.all; stub; stub = stub->next)
        if (!stub->reaped)
            stub_kill(stub);
    while (pool.living && host_time_ns() < end) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += 20000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_clockwait(&pool.changed, &pool.lock, CLOCK_MONOTONIC, &until);
    }
    pthread_mutex_unlock(&pool.lock);
}
