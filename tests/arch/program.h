/* program.h: what the tests of the Linux program share. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <cmocka.h>

#define SOON 20000 /* milliseconds: longer than anything takes on a loaded host */

extern const char *program; /* under test */
extern char image[64];      /* its --initfs */

/* The children of a process with that name, at most max. */
unsigned child_pids(pid_t parent, const char *name, pid_t *pids, unsigned max);

extern const struct CMUnitTest terminal_tests[];
extern const size_t terminal_test_count;
