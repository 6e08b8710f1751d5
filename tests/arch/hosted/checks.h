/* checks.h: the asserts of the hosted suites: cmocka's. native/checks.h has the same names for the kernel. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
