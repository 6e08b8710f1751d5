/*
 * checks.h: the part of cmocka's interface that the suites use, inside the kernel. A failed check reports on the serial port and
 * ends the machine with status 1; a test may run on any core.
 */
#pragma once
#include "core/base.h"

struct CMUnitTest {
    const char *name;
    void (*test_func)(void **state);
};
#define cmocka_unit_test(function) {#function, function}

_Noreturn void check_failed(const char *file, int line, const char *text, uint64_t got,
                            uint64_t expected);

#define CHECK(holds, text, got, expected) \
    ((holds) ? (void)0                    \
             : check_failed(__FILE__, __LINE__, text, (uint64_t)(got), (uint64_t)(expected)))
#define assert_true(a)  CHECK(a, #a, 0, 1)
#define assert_false(a) CHECK(!(a), "not " #a, 1, 0)
#define assert_int_equal(a, b)                                                  \
    do {                                                                        \
        uint64_t check_got = (uint64_t)(a), check_wanted = (uint64_t)(b);       \
        CHECK(check_got == check_wanted, #a " = " #b, check_got, check_wanted); \
    } while (0)
#define assert_memory_equal(a, b, bytes)     CHECK(memcmp(a, b, bytes) == 0, #a " = " #b, 0, 0)
#define assert_memory_not_equal(a, b, bytes) CHECK(memcmp(a, b, bytes) != 0, #a " != " #b, 0, 0)
