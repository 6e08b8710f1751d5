/* assertions.c: what programs for many systems take for granted and suites ask: options, integer limits, control blocks all zero. */
#include "posix_test.h"
#include <aio.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>
#ifndef __dyad__ /* the older classes are in <wchar.h>, too; glibc hides them there from a program with extensions */
#include <wctype.h>
#endif

/* ---- Options --------------------------------------------------------------------------------- */

/* Suites leave out what these do not announce. glibc says 0 of some: ask sysconf. */
#if !defined _POSIX_PRIORITY_SCHEDULING || _POSIX_PRIORITY_SCHEDULING < 0
#error "no process scheduling"
#endif
#if !defined _POSIX_THREAD_PRIORITY_SCHEDULING || _POSIX_THREAD_PRIORITY_SCHEDULING < 0
#error "no thread scheduling"
#endif
#if !defined _POSIX_THREAD_PRIO_INHERIT || _POSIX_THREAD_PRIO_INHERIT < 0
#error "no priority inheritance"
#endif
#if !defined _POSIX_THREAD_PRIO_PROTECT || _POSIX_THREAD_PRIO_PROTECT < 0
#error "no priority protection"
#endif
#if !defined _POSIX_THREAD_CPUTIME || _POSIX_THREAD_CPUTIME < 0
#error "no clocks of threads"
#endif

static void test_real_time_is_announced(void)
{
    static const int options[] = {_SC_PRIORITY_SCHEDULING,  _SC_THREAD_PRIORITY_SCHEDULING,
                                  _SC_THREAD_PRIO_INHERIT,  _SC_THREAD_PRIO_PROTECT,
                                  _SC_THREAD_CPUTIME,       _SC_CPUTIME,
                                  _SC_ASYNCHRONOUS_IO,      _SC_MESSAGE_PASSING,
                                  _SC_SHARED_MEMORY_OBJECTS};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        CHECK(sysconf(options[i]) >= 200112L);
    CHECK(SIGRTMAX - SIGRTMIN >= _POSIX_RTSIG_MAX - 1);
    struct sched_param param = {.sched_priority = sched_get_priority_min(SCHED_FIFO)};
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    CHECK_IS(pthread_attr_setschedpolicy(&attr, SCHED_FIFO), 0);
    CHECK_IS(pthread_attr_setschedparam(&attr, &param), 0);
}

/* ---- Headers --------------------------------------------------------------------------------- */

/* C: a limit has the type that the integer promotions make of an object of its type. */
#define HAS_TYPE(value, type) \
    _Static_assert(_Generic((value), type: 1, default: 0), #value " is no " #type)
HAS_TYPE(UINT8_MAX, int);
HAS_TYPE(UINT16_MAX, int);
HAS_TYPE(UINT_LEAST8_MAX, int);
HAS_TYPE(UINT_LEAST16_MAX, int);
HAS_TYPE(INT8_MIN, int);
HAS_TYPE(UINT32_MAX, unsigned);
HAS_TYPE(INT64_MAX, int64_t);
HAS_TYPE(UINT64_MAX, uint64_t);
HAS_TYPE(UINT64_C(1), uint64_t);
HAS_TYPE(SIG_ATOMIC_MAX, sig_atomic_t);

static void test_small_limits_are_signed(void)
{
    int below = -1;
    CHECK(below < UINT8_MAX);
    CHECK(below < UINT16_MAX);
    CHECK(UINT8_MAX == 255 && UINT16_MAX == 65535 && UINT32_MAX == 4294967295U);
    CHECK(INT64_MIN + INT64_MAX == -1 && INTMAX_MAX == INT64_MAX && SIZE_MAX == UINT64_MAX);
}

/* <unistd.h> says getopt alone: `struct option` is the program's. */
struct option {
    int of_ours;
};

static void test_names_that_are_the_programs(void)
{
    struct option option = {7};
    CHECK_IS(option.of_ours, 7);
    CHECK_IS(iswalpha(L'a') != 0, 1);
    CHECK_IS(towupper(L'a'), L'A');
    fd_set set;
    FD_ZERO(&set);
    FD_SET(3, &set);
    CHECK(FD_ISSET(3, &set) && !FD_ISSET(2, &set));
}

/* ---- Threads --------------------------------------------------------------------------------- */

static int inits;

static void init(void)
{
    inits++;
}

static void test_once_control_can_be_assigned_again(void)
{
    pthread_once_t once;
    for (int i = 1; i <= 3; i++) {
        once = PTHREAD_ONCE_INIT;
        CHECK_IS(pthread_once(&once, init), 0);
        CHECK_IS(pthread_once(&once, init), 0);
        CHECK_IS(inits, i);
    }
}

/* ---- Asynchronous I/O ------------------------------------------------------------------------ */

static int new_file(void)
{
    char name[] = "/tmp/assertXXXXXX";
    int fd = mkstemp(name);
    unlink(name);
    return fd;
}

static ssize_t finish(struct aiocb *block)
{
    const struct aiocb *list[] = {block};
    while (aio_error(block) == EINPROGRESS)
        aio_suspend(list, 1, NULL);
    return aio_return(block);
}

/* sigev_notify 0 is SIGEV_SIGNAL, and signal 0 is none. */
static void test_control_block_that_is_zero_asks_for_no_notice(void)
{
    int fd = new_file();
    char text[] = "text", back[5] = "";
    struct aiocb block;
    memset(&block, 0, sizeof block);
    block.aio_fildes = fd;
    block.aio_buf = text;
    block.aio_nbytes = 4;
    CHECK_IS(aio_write(&block), 0);
    CHECK_IS(finish(&block), 4);
    CHECK_IS(aio_fsync(O_SYNC, &block), 0);
    CHECK_IS(finish(&block), 0);
    block.aio_buf = back;
    block.aio_lio_opcode = LIO_READ;
    struct aiocb *list[] = {&block};
    struct sigevent event;
    memset(&event, 0, sizeof event);
    CHECK_IS(lio_listio(LIO_NOWAIT, list, 1, &event), 0);
    CHECK_IS(finish(&block), 4);
    CHECK_IS(strcmp(back, text), 0);
    CHECK_IS(lio_listio(LIO_WAIT, list, 1, NULL), 0);
    CHECK_IS(aio_return(&block), 4);
    close(fd);
}

/* ---- Mapped files ---------------------------------------------------------------------------- */

static void test_mapping_ends_in_zeros(void)
{
    long page = sysconf(_SC_PAGESIZE);
    int fd = new_file();
    struct stat status;
    CHECK_IS(ftruncate(fd, page / 2), 0);
    char *map = mmap(NULL, (size_t)page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(map != MAP_FAILED);
    CHECK(map[page / 2] == 0 && map[page - 1] == 0);
    map[page / 2 - 1] = 'i';
    map[page / 2] = 'o';
    CHECK_IS(msync(map, (size_t)page, MS_SYNC), 0);
    munmap(map, (size_t)page);
    fstat(fd, &status);
    CHECK_IS(status.st_size, page / 2);
#ifdef __dyad__ /* Linux keeps it on a tmpfs */
    for (int prot = PROT_READ; prot <= (PROT_READ | PROT_WRITE); prot += PROT_WRITE) {
        map = mmap(NULL, (size_t)page, prot, MAP_SHARED, fd, 0);
        CHECK_IS(map[page / 2 - 1], 'i');
        CHECK_IS(map[page / 2], 0);
        munmap(map, (size_t)page);
    }
#endif
    close(fd);
}

static void test_file_mapped_for_writing_is_modified(void)
{
    static const struct timespec long_ago[2] = {{1000, 0}, {1000, 0}};
    int fd = new_file();
    struct stat status;
    CHECK_IS(write(fd, "text", 4), 4);
    CHECK_IS(futimens(fd, long_ago), 0);
    char *map = mmap(NULL, 4, PROT_READ, MAP_SHARED, fd, 0);
    munmap(map, 4);
    fstat(fd, &status);
    CHECK_IS(status.st_mtime, 1000);
    map = mmap(NULL, 4, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    map[0] = 'n';
    CHECK_IS(msync(map, 4, MS_SYNC), 0);
    munmap(map, 4);
    fstat(fd, &status);
    CHECK(status.st_mtime > 1000);
    close(fd);
}

int main(void)
{
    test_real_time_is_announced();
    test_small_limits_are_signed();
    test_names_that_are_the_programs();
    test_once_control_can_be_assigned_again();
    test_control_block_that_is_zero_asks_for_no_notice();
    test_mapping_ends_in_zeros();
    test_file_mapped_for_writing_is_modified();
    return posix_end();
}
