/* suites.h: the lists of tests that test_arch.c runs. */
#pragma once
extern const struct CMUnitTest user_tests[], space_tests[], core_tests[];
extern const size_t user_test_count, space_test_count, core_test_count;
