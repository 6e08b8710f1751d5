/*
 * own_names.c: a strictly conforming program may use every name that ISO C does not reserve (C11 7.1.3) for functions and
 * variables of its own; the library's functions go on as if it had not.
 */
#undef _GNU_SOURCE
#undef _REENTRANT
#include <locale.h>
#include <time.h>
#include "tests/posix/posix_test.h"

static unsigned called;

#define OWN_FUNCTION(name) \
    int name(void);        \
    int name(void)         \
    {                      \
        called++;          \
        return -1;         \
    }

OWN_FUNCTION(access)
OWN_FUNCTION(asprintf)
OWN_FUNCTION(basename)
OWN_FUNCTION(clock_gettime)
OWN_FUNCTION(close)
OWN_FUNCTION(dprintf)
OWN_FUNCTION(dup)
OWN_FUNCTION(err)
OWN_FUNCTION(error)
OWN_FUNCTION(fcntl)
OWN_FUNCTION(fdopen)
OWN_FUNCTION(fileno)
OWN_FUNCTION(flockfile)
OWN_FUNCTION(fork)
OWN_FUNCTION(fstat)
OWN_FUNCTION(funlockfile)
OWN_FUNCTION(getdelim)
OWN_FUNCTION(getline)
OWN_FUNCTION(getopt)
OWN_FUNCTION(getpid)
OWN_FUNCTION(index)
OWN_FUNCTION(ioctl)
OWN_FUNCTION(isatty)
OWN_FUNCTION(localtime_r)
OWN_FUNCTION(lseek)
OWN_FUNCTION(lstat)
OWN_FUNCTION(memccpy)
OWN_FUNCTION(mempcpy)
OWN_FUNCTION(mkstemp)
OWN_FUNCTION(mmap)
OWN_FUNCTION(munmap)
OWN_FUNCTION(nanosleep)
OWN_FUNCTION(open)
OWN_FUNCTION(pipe)
OWN_FUNCTION(poll)
OWN_FUNCTION(pthread_mutex_lock)
OWN_FUNCTION(pthread_mutex_unlock)
OWN_FUNCTION(pthread_self)
OWN_FUNCTION(read)
OWN_FUNCTION(readv)
OWN_FUNCTION(rindex)
OWN_FUNCTION(sbrk)
OWN_FUNCTION(setenv)
OWN_FUNCTION(sigaction)
OWN_FUNCTION(sigprocmask)
OWN_FUNCTION(stat)
OWN_FUNCTION(stpcpy)
OWN_FUNCTION(strcasecmp)
OWN_FUNCTION(strdup)
OWN_FUNCTION(strlcpy)
OWN_FUNCTION(strnlen)
OWN_FUNCTION(strsep)
OWN_FUNCTION(strtok_r)
OWN_FUNCTION(sysconf)
OWN_FUNCTION(tzset)
OWN_FUNCTION(unlink)
OWN_FUNCTION(warn)
OWN_FUNCTION(write)
OWN_FUNCTION(writev)

int optind = 71, timezone = 72, daylight = 73, signgam = 74, environ = 75;
char *optarg;

static void test_files(void)
{
    char line[32], name[L_tmpnam];
    int number = 0;
    CHECK(tmpnam(name) != NULL);
    FILE *file = fopen(name, "w+");
    CHECK(file != NULL);
    if (!file)
        return;
    CHECK(fprintf(file, "%s %d\n", "line", 42) == 8);
    CHECK(fseek(file, 0, SEEK_SET) == 0);
    CHECK(fgets(line, sizeof(line), file) != NULL && strcmp(line, "line 42\n") == 0);
    CHECK(sscanf(line, "line %d", &number) == 1 && number == 42);
    CHECK(fflush(file) == 0 && fclose(file) == 0);
    CHECK(remove(name) == 0);
    CHECK(fopen(name, "r") == NULL && errno == ENOENT);
    file = tmpfile();
    CHECK(file != NULL && fputc('x', file) == 'x' && fclose(file) == 0);
}

static void test_time(void)
{
    char text[32];
    time_t now = time(NULL), day = 86400;
    CHECK(now != (time_t)-1);
    struct tm *local = localtime(&day);
    CHECK(local != NULL && strftime(text, sizeof(text), "%Y-%m-%d", local) == 10);
    CHECK(local != NULL && mktime(local) == day);
    CHECK(clock() != (clock_t)-1);
}

static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void test_general(void)
{
    int numbers[] = {3, 1, 2};
    char words[] = "a b";
    qsort(numbers, 3, sizeof(int), compare);
    CHECK(numbers[0] == 1 && numbers[2] == 3);
    CHECK(strcmp(strtok(words, " "), "a") == 0);
    CHECK(getenv("no such variable") == NULL);
    CHECK(setlocale(LC_ALL, "C") != NULL);
    CHECK(strtod("1.5", NULL) == 1.5);
    char *block = malloc(100000);
    CHECK(block != NULL);
    block = realloc(block, 3000000);
    CHECK(block != NULL);
    free(block);
}

int main(void)
{
    test_files();
    test_time();
    test_general();
    CHECK(optind == 71 && timezone == 72 && daylight == 73 && signgam == 74 && environ == 75);
    CHECK(!optarg);
    CHECK_IS(called, 0);
    return posix_end();
}
