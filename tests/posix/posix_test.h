/*
 * posix_test.h: tests of what POSIX says. They use nothing but POSIX, so that they run inside Dyad and on the host: one
 * that fails on Linux is suspect itself. Each prints its failures and a closing line.
 */
#pragma once
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int posix_failures, posix_checks;

#define CHECK(e)                                                \
    do {                                                        \
        posix_checks++;                                         \
        if (!(e)) {                                             \
            posix_failures++;                                   \
            printf("FAIL %s:%d: %s\n", __FILE__, __LINE__, #e); \
        }                                                       \
    } while (0)

#define CHECK_IS(got, expected)                                                                  \
    do {                                                                                         \
        long check_got = (long)(got), check_expected = (long)(expected);                         \
        posix_checks++;                                                                          \
        if (check_got != check_expected) {                                                       \
            posix_failures++;                                                                    \
            printf("FAIL %s:%d: %s is %ld, expected %ld\n", __FILE__, __LINE__, #got, check_got, \
                   check_expected);                                                              \
        }                                                                                        \
    } while (0)

/* The call fails, and errno tells why. */
#define CHECK_ERROR(call, error)    \
    do {                            \
        errno = 0;                  \
        CHECK_IS((long)(call), -1); \
        CHECK_IS(errno, error);     \
    } while (0)

static inline int posix_end(void)
{
    printf("%d passed, %d failed\n", posix_checks - posix_failures, posix_failures);
    return posix_failures == 0 ? 0 : 1;
}
