/*
 * dy.h: our C library beside the host's. Its objects are linked with every symbol prefixed by dy_, so that a test can call
 * dy_printf and printf and compare. What our library needs of the system is in host_system.c.
 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* DY(strlen): our function, with the host's prototype. */
#define DY(name) extern __typeof__(name) dy_##name

int *dy___errno_location(void);
#define dy_errno (*dy___errno_location())

/* Reproducible random numbers: the same on each run. */
static _Thread_local uint64_t test_random_state = 88172645463325252u;

static inline uint64_t test_random(void)
{
    uint64_t x = test_random_state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return test_random_state = x;
}

/* Run fn in a child and return its wait status; for what must abort. stderr is closed. */
int test_in_child(void (*fn)(void));

/* Pages that the library holds at present. */
extern size_t test_pages_mapped;
