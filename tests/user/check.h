/* check.h: how a guest test program asks its questions. Each prints nothing but failures and a closing line. */
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/error.h"
#include "dyad/syscall.h"

static int check_failures, check_count;

#define CHECK(e)                                                \
    do {                                                        \
        check_count++;                                          \
        if (!(e)) {                                             \
            check_failures++;                                   \
            printf("FAIL %s:%d: %s\n", __FILE__, __LINE__, #e); \
        }                                                       \
    } while (0)

#define CHECK_IS(got, expected)                                                       \
    do {                                                                              \
        int64_t check_got = (int64_t)(got), check_expected = (int64_t)(expected);     \
        check_count++;                                                                \
        if (check_got != check_expected) {                                            \
            check_failures++;                                                         \
            printf("FAIL %s:%d: %s is %ld, expected %ld\n", __FILE__, __LINE__, #got, \
                   (long)check_got, (long)check_expected);                            \
        }                                                                             \
    } while (0)

/* The closing line and the exit status of main. */
static inline int check_end(void)
{
    printf("%d passed, %d failed\n", check_count - check_failures, check_failures);
    return check_failures == 0 ? 0 : 1;
}
