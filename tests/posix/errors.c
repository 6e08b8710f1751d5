/* errors.c: what functions of threads, semaphores, signals, clocks and memory say to bad arguments and at their limits. */
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "posix_test.h"

static struct timespec past = {1, 0}, invalid = {1, 1000000000};

static void *nothing(void *arg)
{
    return arg;
}

static void *exit_with(void *arg)
{
    pthread_exit(arg);
}

static void test_threads(void)
{
    pthread_attr_t attr;
    pthread_t thread;
    size_t size = 0;
    void *result = NULL;
    int value = 0;
    struct sched_param param = {0};

    CHECK_IS(pthread_attr_init(&attr), 0);
    CHECK_IS(pthread_attr_setdetachstate(&attr, 77), EINVAL);
    CHECK_IS(pthread_attr_setstacksize(&attr, 1), EINVAL);
    CHECK_IS(pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN * 4), 0);
    CHECK_IS(pthread_attr_getstacksize(&attr, &size), 0);
    CHECK_IS(size, PTHREAD_STACK_MIN * 4);
    CHECK_IS(pthread_attr_setinheritsched(&attr, 77), EINVAL);
    CHECK(pthread_attr_setscope(&attr, 77) == EINVAL);
    CHECK_IS(pthread_attr_setguardsize(&attr, 12345), 0);
    CHECK_IS(pthread_attr_getguardsize(&attr, &size), 0);
    CHECK_IS(size, 12345); /* as it was set, not rounded */
    CHECK(pthread_attr_setschedpolicy(&attr, 999) != 0);
    CHECK_IS(pthread_create(&thread, &attr, exit_with, &value), 0);
    CHECK_IS(pthread_join(thread, &result), 0);
    CHECK(result == &value);
    CHECK_IS(pthread_attr_destroy(&attr), 0);
    CHECK_IS(pthread_join(pthread_self(), NULL), EDEADLK);
    CHECK(pthread_equal(pthread_self(), pthread_self()));
    CHECK_IS(pthread_setcancelstate(77, NULL), EINVAL);
    CHECK_IS(pthread_setcanceltype(77, NULL), EINVAL);
    CHECK_IS(pthread_kill(pthread_self(), 0), 0);
    CHECK_IS(pthread_kill(pthread_self(), 10000), EINVAL);
    CHECK_IS(pthread_getschedparam(pthread_self(), &value, &param), 0);
    CHECK_IS(pthread_setschedparam(pthread_self(), 999, &param), EINVAL);
    CHECK_IS(pthread_create(&thread, NULL, nothing, NULL), 0);
    CHECK_IS(pthread_detach(thread), 0);
}

static void *try_mutex(void *mutex)
{
    return (void *)(long)pthread_mutex_trylock(mutex);
}

static void *unlock_mutex(void *mutex)
{
    return (void *)(long)pthread_mutex_unlock(mutex);
}

static long in_thread(void *(*f)(void *), void *arg)
{
    pthread_t thread;
    void *result = NULL;
    CHECK_IS(pthread_create(&thread, NULL, f, arg), 0);
    CHECK_IS(pthread_join(thread, &result), 0);
    return (long)result;
}

static void test_mutexes(void)
{
    pthread_mutexattr_t attr;
    pthread_mutex_t m;
    int type = 77;

    CHECK_IS(pthread_mutexattr_init(&attr), 0);
    CHECK_IS(pthread_mutexattr_settype(&attr, 77), EINVAL);
    CHECK_IS(pthread_mutexattr_gettype(&attr, &type), 0);
    CHECK_IS(type, PTHREAD_MUTEX_DEFAULT);
    CHECK_IS(pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK), 0);
    CHECK_IS(pthread_mutex_init(&m, &attr), 0);
    CHECK_IS(pthread_mutex_unlock(&m), EPERM);
    CHECK_IS(pthread_mutex_lock(&m), 0);
    CHECK_IS(pthread_mutex_lock(&m), EDEADLK);
    CHECK_IS(pthread_mutex_trylock(&m), EBUSY);
    CHECK_IS(in_thread(try_mutex, &m), EBUSY);
    CHECK_IS(in_thread(unlock_mutex, &m), EPERM);
    CHECK_IS(pthread_mutex_destroy(&m), EBUSY);
    CHECK_IS(pthread_mutex_timedlock(&m, &past), EDEADLK);
    CHECK_IS(pthread_mutex_unlock(&m), 0);
    CHECK_IS(pthread_mutex_timedlock(&m, &past), 0); /* free: the time does not matter */
    CHECK_IS(pthread_mutex_unlock(&m), 0);
    CHECK_IS(pthread_mutex_destroy(&m), 0);
    CHECK_IS(pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE), 0);
    CHECK_IS(pthread_mutex_init(&m, &attr), 0);
    CHECK_IS(pthread_mutex_lock(&m), 0);
    CHECK_IS(pthread_mutex_lock(&m), 0);
    CHECK_IS(pthread_mutex_trylock(&m), 0);
    for (int i = 0; i < 3; i++) {
        CHECK_IS(in_thread(try_mutex, &m), EBUSY);
        CHECK_IS(pthread_mutex_unlock(&m), 0);
    }
    CHECK_IS(pthread_mutex_unlock(&m), EPERM);
    CHECK_IS(pthread_mutex_destroy(&m), 0);
    pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER;
    CHECK_IS(pthread_mutex_lock(&plain), 0);
    CHECK_IS(pthread_mutex_timedlock(&plain, &past), ETIMEDOUT);
    CHECK_IS(pthread_mutex_timedlock(&plain, &invalid), EINVAL);
    CHECK_IS(pthread_mutex_unlock(&plain), 0);
}

static void *try_write(void *lock)
{
    return (void *)(long)pthread_rwlock_trywrlock(lock);
}

static void *try_read(void *lock)
{
    int result = pthread_rwlock_tryrdlock(lock);
    if (result == 0)
        pthread_rwlock_unlock(lock);
    return (void *)(long)result;
}

static void *timed_write(void *lock)
{
    return (void *)(long)pthread_rwlock_timedwrlock(lock, &past);
}

static void *timed_read_invalid(void *lock)
{
    return (void *)(long)pthread_rwlock_timedrdlock(lock, &invalid);
}

static void test_other_locks(void)
{
    pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
    pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
    pthread_condattr_t cond_attr;
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_barrier_t barrier;
    pthread_spinlock_t spin;
    pthread_key_t key;

    CHECK_IS(pthread_rwlock_rdlock(&lock), 0);
    CHECK_IS(pthread_rwlock_rdlock(&lock), 0);
    CHECK_IS(in_thread(try_write, &lock), EBUSY);
    CHECK_IS(in_thread(try_read, &lock), 0);
    CHECK_IS(in_thread(timed_write, &lock), ETIMEDOUT);
    CHECK_IS(pthread_rwlock_unlock(&lock), 0);
    CHECK_IS(pthread_rwlock_unlock(&lock), 0);
    CHECK_IS(pthread_rwlock_wrlock(&lock), 0);
    CHECK_IS(in_thread(try_read, &lock), EBUSY);
    CHECK_IS(in_thread(timed_read_invalid, &lock), EINVAL);
    CHECK_IS(pthread_rwlock_wrlock(&lock), EDEADLK);
    CHECK_IS(pthread_rwlock_rdlock(&lock), EDEADLK);
    CHECK_IS(pthread_rwlock_unlock(&lock), 0);
    CHECK_IS(pthread_rwlock_destroy(&lock), 0);

    CHECK_IS(pthread_condattr_init(&cond_attr), 0);
    CHECK_IS(pthread_condattr_setclock(&cond_attr, CLOCK_PROCESS_CPUTIME_ID), EINVAL);
    CHECK_IS(pthread_condattr_setclock(&cond_attr, CLOCK_MONOTONIC), 0);
    CHECK_IS(pthread_condattr_setpshared(&cond_attr, 77), EINVAL);
    CHECK_IS(pthread_mutex_lock(&mutex), 0);
    CHECK_IS(pthread_cond_timedwait(&cond, &mutex, &past), ETIMEDOUT);
    CHECK_IS(pthread_cond_timedwait(&cond, &mutex, &invalid), EINVAL);
    CHECK_IS(in_thread(try_mutex, &mutex), EBUSY); /* it is held again */
    CHECK_IS(pthread_mutex_unlock(&mutex), 0);

    CHECK_IS(pthread_barrier_init(&barrier, NULL, 0), EINVAL);
    CHECK_IS(pthread_barrier_init(&barrier, NULL, 1), 0);
    CHECK_IS(pthread_barrier_wait(&barrier), PTHREAD_BARRIER_SERIAL_THREAD);
    CHECK_IS(pthread_barrier_destroy(&barrier), 0);
    CHECK_IS(pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE), 0);
    CHECK_IS(pthread_spin_lock(&spin), 0);
    CHECK_IS(pthread_spin_trylock(&spin), EBUSY);
    CHECK_IS(pthread_spin_unlock(&spin), 0);
    CHECK_IS(pthread_spin_destroy(&spin), 0);
    CHECK_IS(pthread_key_create(&key, NULL), 0);
    CHECK(pthread_getspecific(key) == NULL);
    CHECK_IS(pthread_setspecific(key, &key), 0);
    CHECK(pthread_getspecific(key) == &key);
    CHECK_IS(pthread_key_delete(key), 0);
    CHECK_IS(pthread_key_delete(key), EINVAL);
    CHECK_IS(pthread_setspecific(key, &key), EINVAL);
}

static void test_semaphores(void)
{
    sem_t sem, *named;
    int value = 77;

    CHECK_ERROR(sem_init(&sem, 0, (unsigned)SEM_VALUE_MAX + 1), EINVAL);
    CHECK_IS(sem_init(&sem, 0, SEM_VALUE_MAX), 0);
    CHECK_ERROR(sem_post(&sem), EOVERFLOW);
    CHECK_IS(sem_destroy(&sem), 0);
    CHECK_IS(sem_init(&sem, 0, 1), 0);
    CHECK_IS(sem_trywait(&sem), 0);
    CHECK_ERROR(sem_trywait(&sem), EAGAIN);
    CHECK_ERROR(sem_timedwait(&sem, &past), ETIMEDOUT);
    CHECK_ERROR(sem_timedwait(&sem, &invalid), EINVAL);
    CHECK_IS(sem_getvalue(&sem, &value), 0);
    CHECK_IS(value, 0);
    CHECK_IS(sem_post(&sem), 0);
    CHECK_IS(sem_timedwait(&sem, &past), 0); /* it does not wait */
    CHECK_IS(sem_destroy(&sem), 0);
    sem_unlink("/posix_errors");
    CHECK(sem_open("/posix_errors", 0) == SEM_FAILED && errno == ENOENT);
    CHECK(sem_open("/posix_errors", O_CREAT, 0600, (unsigned)SEM_VALUE_MAX + 1) == SEM_FAILED);
    CHECK_IS(errno, EINVAL);
    named = sem_open("/posix_errors", O_CREAT | O_EXCL, 0600, 3);
    CHECK(named != SEM_FAILED);
    CHECK(sem_open("/posix_errors", O_CREAT | O_EXCL, 0600, 3) == SEM_FAILED && errno == EEXIST);
    CHECK_IS(sem_unlink("/posix_errors"), 0);
    CHECK_ERROR(sem_unlink("/posix_errors"), ENOENT);
    CHECK_IS(sem_getvalue(named, &value), 0);
    CHECK_IS(value, 3);
    CHECK_IS(sem_close(named), 0);
}

static void on_signal(int signo)
{
    (void)signo;
}

static void test_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal}, old;
    union sigval value = {.sival_int = 5};
    siginfo_t info;
    sigset_t set, pending;
    stack_t stack = {.ss_sp = malloc(1), .ss_size = 1}, none = {.ss_flags = 1000};

    CHECK_ERROR(sigaction(SIGKILL, &action, NULL), EINVAL);
    CHECK_ERROR(sigaction(SIGSTOP, &action, NULL), EINVAL);
    CHECK_ERROR(sigaction(0, NULL, &old), EINVAL);
    CHECK_ERROR(sigaction(10000, NULL, &old), EINVAL);
    CHECK(signal(SIGKILL, SIG_IGN) == SIG_ERR && errno == EINVAL);
    CHECK_IS(sigemptyset(&set), 0);
    CHECK_ERROR(sigaddset(&set, 10000), EINVAL);
    CHECK_ERROR(sigdelset(&set, -1), EINVAL);
    CHECK_ERROR(sigismember(&set, 10000), EINVAL);
    CHECK_ERROR(sigprocmask(77, &set, NULL), EINVAL);
    CHECK_IS(pthread_sigmask(77, &set, NULL), EINVAL);
    CHECK_IS(sigprocmask(77, NULL, &set), 0); /* only asked: how does not matter */
    CHECK_ERROR(kill(getpid(), 10000), EINVAL);
    CHECK_ERROR(kill(0x7ffffff0, 0), ESRCH);
    CHECK_ERROR(raise(10000), EINVAL);
    CHECK_ERROR(sigqueue(getpid(), 10000, value), EINVAL);
    CHECK_ERROR(sigqueue(0x7ffffff0, 0, value), ESRCH);
    CHECK_ERROR(killpg(-5, 0), EINVAL);
    CHECK_ERROR(sigaltstack(&stack, NULL), ENOMEM);
    CHECK_ERROR(sigaltstack(&none, NULL), EINVAL);
    free(stack.ss_sp);
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigaddset(&set, SIGUSR2);
    CHECK_IS(sigprocmask(SIG_BLOCK, &set, NULL), 0);
    struct timespec now = {0, 0};
    CHECK_ERROR(sigtimedwait(&set, &info, &now), EAGAIN);
    CHECK_ERROR(sigtimedwait(&set, &info, &invalid), EINVAL);
    CHECK_IS(sigqueue(getpid(), SIGRTMIN, value), 0);
    value.sival_int = 6;
    CHECK_IS(sigqueue(getpid(), SIGRTMIN, value), 0);
    CHECK_IS(kill(getpid(), SIGUSR2), 0);
    CHECK_IS(sigpending(&pending), 0);
    CHECK(sigismember(&pending, SIGRTMIN) == 1 && sigismember(&pending, SIGUSR2) == 1);
    CHECK_IS(sigwaitinfo(&set, &info), SIGUSR2); /* the lower number first */
    CHECK_IS(info.si_code, SI_USER);
    CHECK_IS(sigwaitinfo(&set, &info), SIGRTMIN);
    CHECK(info.si_code == SI_QUEUE && info.si_value.sival_int == 5 && info.si_pid == getpid());
    int signo = 0;
    CHECK_IS(sigwait(&set, &signo), 0);
    CHECK_IS(signo, SIGRTMIN);
    /* Ignoring a pending signal takes it back. */
    CHECK_IS(kill(getpid(), SIGUSR2), 0);
    signal(SIGUSR2, SIG_IGN);
    CHECK_IS(sigpending(&pending), 0);
    CHECK_IS(sigismember(&pending, SIGUSR2), 0);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    sigset_t wait_mask;
    sigemptyset(&wait_mask);
    action.sa_handler = on_signal;
    sigaction(SIGUSR1, &action, NULL);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGUSR1);
    CHECK_ERROR(sigsuspend(&wait_mask), EINTR);
    sigprocmask(SIG_SETMASK, NULL, &pending);
    CHECK_IS(sigismember(&pending, SIGUSR1), 1); /* the mask is as before */
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void test_clocks(void)
{
    struct timespec t, negative = {-1, 0};
    clockid_t clock;

    CHECK_ERROR(clock_gettime((clockid_t)999, &t), EINVAL);
    CHECK_ERROR(clock_getres((clockid_t)999, &t), EINVAL);
    CHECK_IS(clock_getres(CLOCK_REALTIME, &t), 0);
    CHECK(t.tv_sec == 0 && t.tv_nsec > 0 && t.tv_nsec <= 20000000);
    CHECK_ERROR(clock_settime(CLOCK_MONOTONIC, &past), EINVAL);
    CHECK_ERROR(clock_settime(CLOCK_REALTIME, &invalid), EINVAL);
    CHECK_ERROR(nanosleep(&invalid, NULL), EINVAL);
    CHECK_ERROR(nanosleep(&negative, NULL), EINVAL);
    CHECK_IS(clock_nanosleep(CLOCK_MONOTONIC, 0, &invalid, NULL), EINVAL);
    CHECK_IS(clock_nanosleep((clockid_t)999, 0, &past, NULL), EINVAL);
    CHECK_IS(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &past, NULL), EINVAL);
    CHECK_IS(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &past, NULL), 0);
    CHECK_IS(clock_getcpuclockid(getpid(), &clock), 0);
    CHECK_IS(clock_gettime(clock, &t), 0);
    CHECK_IS(clock_getcpuclockid(0x7ffffff0, &clock), ESRCH);
    CHECK_IS(pthread_getcpuclockid(pthread_self(), &clock), 0);
    CHECK_IS(clock_gettime(clock, &t), 0);
    struct itimerval value = {.it_value = {0, 1000000}};
    CHECK_ERROR(setitimer(ITIMER_REAL, &value, NULL), EINVAL);
    /* A handler ends a sleep, and what is left is told. */
    struct itimerval soon = {.it_value = {0, 20000}, .it_interval = {0, 20000}}, none = {0};
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
    struct timespec ten = {10, 0}, left = {0};
    CHECK_ERROR(nanosleep(&ten, &left), EINTR);
    CHECK(left.tv_sec == 9);
    CHECK_IS(clock_nanosleep(CLOCK_MONOTONIC, 0, &ten, &left), EINTR);
    CHECK(left.tv_sec == 9);
#ifndef __linux__ /* which counts no further than 292 years */
    struct timespec longest = {LONG_MAX, 999999999};
    CHECK_ERROR(nanosleep(&longest, &left), EINTR);
    CHECK(left.tv_sec > LONG_MAX - 10);
#endif
    setitimer(ITIMER_REAL, &none, NULL);
}

static void test_scheduling(void)
{
    struct sched_param param = {.sched_priority = -1};
    struct timespec t;

    CHECK(sched_get_priority_max(SCHED_FIFO) - sched_get_priority_min(SCHED_FIFO) >= 31);
    CHECK(sched_get_priority_max(SCHED_RR) - sched_get_priority_min(SCHED_RR) >= 31);
    CHECK_ERROR(sched_get_priority_max(999), EINVAL);
    CHECK_ERROR(sched_get_priority_min(999), EINVAL);
    CHECK_IS(sched_getscheduler(0), SCHED_OTHER);
    CHECK_ERROR(sched_getscheduler(0x7ffffff0), ESRCH);
    CHECK_ERROR(sched_getscheduler(-1), EINVAL);
    CHECK_ERROR(sched_setscheduler(0, SCHED_OTHER, &param), EINVAL);
    CHECK_ERROR(sched_setscheduler(0, 999, &param), EINVAL);
    param.sched_priority = 0;
    CHECK_IS(sched_setscheduler(0, SCHED_OTHER, &param), 0);
    CHECK_ERROR(sched_setscheduler(0, SCHED_FIFO, &param), EINVAL); /* below its lowest */
    CHECK_ERROR(sched_getparam(0x7ffffff0, &param), ESRCH);
    CHECK_IS(sched_setparam(0, &param), 0);
    CHECK_IS(sched_rr_get_interval(0, &t), 0);
    CHECK_ERROR(sched_rr_get_interval(0x7ffffff0, &t), ESRCH);
    CHECK_IS(sched_yield(), 0);
}

static void test_memory(void)
{
    long page = sysconf(_SC_PAGESIZE);
    int fd = open("/tmp/posix_errors", O_CREAT | O_TRUNC | O_RDWR, 0600);
    int only_read = open("/tmp/posix_errors", O_RDONLY),
        only_write = open("/tmp/posix_errors", O_WRONLY);
    int ends[2];

    CHECK_IS(ftruncate(fd, page * 2), 0);
    CHECK(mmap(NULL, 0, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED && errno == EINVAL);
    CHECK(mmap(NULL, 1, PROT_READ, MAP_PRIVATE, -1, 0) == MAP_FAILED && errno == EBADF);
    CHECK(mmap(NULL, 1, PROT_READ, MAP_PRIVATE, fd, 1) == MAP_FAILED && errno == EINVAL);
    CHECK(mmap(NULL, 1, PROT_READ, 0, fd, 0) == MAP_FAILED && errno == EINVAL);
    CHECK(mmap(NULL, 1, PROT_READ, MAP_PRIVATE, only_write, 0) == MAP_FAILED && errno == EACCES);
    CHECK(mmap(NULL, 1, PROT_WRITE, MAP_SHARED, only_read, 0) == MAP_FAILED && errno == EACCES);
    CHECK_IS(pipe(ends), 0);
    CHECK(mmap(NULL, 1, PROT_READ, MAP_PRIVATE, ends[0], 0) == MAP_FAILED && errno == ENODEV);
    char *p = mmap(NULL, (size_t)page * 2, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(p != MAP_FAILED);
    CHECK_ERROR(msync(p + 1, 1, MS_SYNC), EINVAL);
    CHECK_ERROR(msync(p, 1, MS_SYNC | MS_ASYNC), EINVAL);
    CHECK_IS(msync(p, (size_t)page, MS_SYNC), 0);
    CHECK_IS(mprotect(p, (size_t)page, PROT_READ), 0);
    CHECK_IS(msync(p, (size_t)page * 2, MS_ASYNC), 0);
    CHECK_ERROR(mprotect(p + 1, 1, PROT_READ), EINVAL);
    CHECK_ERROR(munmap(p + 1, 1), EINVAL);
    CHECK_ERROR(munmap(p, 0), EINVAL);
    CHECK_IS(munmap(p, (size_t)page * 2), 0);
    CHECK_ERROR(msync(p, (size_t)page, MS_SYNC), ENOMEM);
    CHECK_ERROR(mprotect(p, (size_t)page, PROT_READ), ENOMEM);
    CHECK_IS(munmap(p, (size_t)page), 0); /* nothing there is no error */
    CHECK_ERROR(shm_open("/posix_errors", O_RDWR, 0), ENOENT);
    CHECK_ERROR(shm_unlink("/posix_errors"), ENOENT);
    int shm = shm_open("/posix_errors", O_CREAT | O_EXCL | O_RDWR, 0600);
    CHECK(shm >= 0);
    CHECK_IS(fcntl(shm, F_GETFD), FD_CLOEXEC);
    CHECK_ERROR(shm_open("/posix_errors", O_CREAT | O_EXCL | O_RDWR, 0600), EEXIST);
    CHECK_IS(shm_unlink("/posix_errors"), 0);
    close(shm);
    close(fd);
    close(only_read);
    close(only_write);
    unlink("/tmp/posix_errors");
}

static void test_files(void)
{
    int fd = open("/tmp/posix_errors", O_CREAT | O_TRUNC | O_RDWR, 0600);
    struct flock lock = {.l_type = 77};
    struct rlimit limit = {.rlim_cur = 10, .rlim_max = 5};
    char text[8];
    int status;

    CHECK_ERROR(fcntl(fd, 9999), EINVAL);
    CHECK_ERROR(fcntl(-1, F_GETFD), EBADF);
    CHECK_ERROR(fcntl(fd, F_DUPFD, -1), EINVAL);
    CHECK_ERROR(fcntl(fd, F_DUPFD, 1 << 30), EINVAL);
    CHECK_ERROR(fcntl(fd, F_SETLK, &lock), EINVAL);
    lock = (struct flock){.l_type = F_WRLCK, .l_whence = 77};
    CHECK_ERROR(fcntl(fd, F_SETLK, &lock), EINVAL);
    lock = (struct flock){.l_type = F_WRLCK, .l_start = -5};
    CHECK_ERROR(fcntl(fd, F_SETLK, &lock), EINVAL);
    lock.l_start = 0;
    CHECK_IS(fcntl(fd, F_SETLK, &lock), 0);
    pid_t pid = fork();
    if (pid == 0) {
        int refused = fcntl(fd, F_SETLK, &lock) == -1 && (errno == EAGAIN || errno == EACCES);
        int told =
            fcntl(fd, F_GETLK, &lock) == 0 && lock.l_pid == getppid() && lock.l_type == F_WRLCK;
        _exit(refused && told ? 0 : 1);
    }
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK_IS(status, 0);
    CHECK_ERROR(dup2(fd, -1), EBADF);
    CHECK_ERROR(dup2(-1, fd), EBADF);
    CHECK_ERROR(lseek(fd, -1, SEEK_SET), EINVAL);
    CHECK_ERROR(lseek(fd, 0, 77), EINVAL);
    CHECK_ERROR(ftruncate(fd, -1), EINVAL);
    CHECK_ERROR(pread(fd, text, 1, -1), EINVAL);
    CHECK_ERROR(pwrite(fd, text, 1, -1), EINVAL);
    CHECK_ERROR(read(-1, text, 1), EBADF);
    CHECK_ERROR(open("", O_RDONLY), ENOENT);
    CHECK_ERROR(open("/tmp/posix_errors/x", O_RDONLY), ENOTDIR);
    CHECK_ERROR(open("/tmp", O_WRONLY), EISDIR);
    CHECK_ERROR(open("/tmp/posix_errors", O_CREAT | O_EXCL, 0600), EEXIST);
    CHECK_ERROR(mkdir("/tmp/posix_errors", 0700), EEXIST);
    CHECK_ERROR(rmdir("/tmp/posix_errors"), ENOTDIR);
    CHECK_ERROR(unlink("/tmp/posix_errors_missing"), ENOENT);
    CHECK_ERROR(link("/tmp/posix_errors", "/tmp/posix_errors"), EEXIST);
    CHECK_ERROR(readlink("/tmp/posix_errors", text, sizeof text), EINVAL);
    CHECK_ERROR(setrlimit(RLIMIT_NOFILE, &limit), EINVAL);
    CHECK_ERROR(getrlimit(9999, &limit), EINVAL);
    CHECK_ERROR(waitpid(-1, &status, 0), ECHILD);
    CHECK_ERROR(waitpid(pid, &status, 9999), EINVAL);
    CHECK_ERROR(access("/tmp", 99), EINVAL);
    CHECK_ERROR(pathconf("/tmp", 9999), EINVAL);
    errno = 0;
    CHECK(sysconf(9999) == -1 && errno == EINVAL);
    CHECK_ERROR(getpriority(99, 0), EINVAL);
    CHECK_ERROR(getpgid(0x7ffffff0), ESRCH);
    CHECK_ERROR(setpgid(0x7ffffff0, 0), ESRCH);
    CHECK_ERROR(getsid(0x7ffffff0), ESRCH);
    CHECK_ERROR(execl("/tmp/posix_errors", "x", (char *)0), EACCES);
    CHECK_ERROR(execl("/tmp/posix_errors_missing", "x", (char *)0), ENOENT);
    close(fd);
    unlink("/tmp/posix_errors");
}

int main(void)
{
    test_threads();
    test_mutexes();
    test_other_locks();
    test_semaphores();
    test_signals();
    test_clocks();
    test_scheduling();
    test_memory();
    test_files();
    return posix_end();
}
