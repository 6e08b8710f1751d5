/*
 * exit_handlers.c: atexit takes as many functions as {ATEXIT_MAX} says. The program needs no memory itself: what atexit needs for them must come
 * without.
 */
#include <limits.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"

enum { MANY = 2000 };

static int order_is_wrong, ran, was_first;

static void handler(void)
{
    ran++;
}

/* Registered first, so that it runs last. */
static void last_handler(void)
{
    CHECK_IS(ran, MANY);
    CHECK_IS(was_first, 1);
    CHECK_IS(order_is_wrong, 0);
    int result = posix_end();
    fflush(stdout);
    _exit(result);
}

static void first_handler(void)
{
    was_first = 1;
    order_is_wrong = ran != 0;
}

int main(void)
{
    long most = sysconf(_SC_ATEXIT_MAX);
    CHECK(most == -1 || most >= 32);
    CHECK_IS(atexit(last_handler), 0);
    for (int i = 0; i < MANY && (most == -1 || i < most - 2); i++)
        CHECK_IS(atexit(handler), 0);
    CHECK_IS(atexit(first_handler), 0);
    return 1;
}
