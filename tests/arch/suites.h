/* suites.h: the lists of tests that test_arch.c (hosted) and native/main.c run: the first three on both bodies. */
#pragma once
extern const struct CMUnitTest user_tests[], space_tests[], core_tests[], stub_tests[],
    native_tests[];
extern const size_t user_test_count, space_test_count, core_test_count, stub_test_count,
    native_test_count;
