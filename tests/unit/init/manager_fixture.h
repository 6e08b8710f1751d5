/* manager_fixture.h: a manager on a fake clock, with processes that are only names, for test_manager.c and
 * test_commands.c. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "abi/error.h"
#include "abi/syscall.h"
#include "servers/init/command.h"

#define MS     1000000ull
#define SECOND (1000 * MS)

static struct manager m;
static uint64_t now;
static char events[4096]; /* "+a" launched, "?a" offered, "-a" asked to end, "!a" forced */
static char logged[8192];
static int launch_error, offer_error;

static inline int launch(void *context, struct unit *unit)
{
    (void)context;
    strcat(strcat(strcat(events, "+"), unit->config.name), " ");
    return launch_error;
}

static inline void terminate(void *context, struct unit *unit, bool force)
{
    (void)context;
    strcat(strcat(strcat(events, force ? "!" : "-"), unit->config.name), " ");
}

static inline void log_line(void *context, const struct unit *unit, enum manager_level level,
                            const char *text)
{
    (void)context, (void)level;
    strcat(strcat(strcat(strcat(logged, unit->config.name), ": "), text), "\n");
}

static inline void changed(void *context, struct unit *unit)
{
    (void)context, (void)unit;
}

static inline uint64_t clock_now(void *context)
{
    (void)context;
    return now;
}

static inline int offer(void *context, struct unit *unit)
{
    (void)context;
    strcat(strcat(strcat(events, "?"), unit->config.name), " ");
    return offer_error;
}

static const struct manager_ops ops = {launch, offer, terminate, log_line, changed, clock_now};

static inline int setup(void **state)
{
    (void)state;
    now = SECOND;
    events[0] = logged[0] = '\0';
    launch_error = offer_error = 0;
    manager_init(&m, &ops, NULL);
    return 0;
}

static inline int teardown(void **state)
{
    (void)state;
    manager_fini(&m);
    return 0;
}

static inline struct unit *add(const char *name, const char *unit_keys, const char *service_keys)
{
    struct unit_config config;
    char file[64], text[512], error[256];

    snprintf(file, sizeof file, "%s.toml", name);
    snprintf(text, sizeof text, "[unit]\n%s\n[service]\ncommand=\"/sbin/%s\"\n%s\n", unit_keys,
             name, service_keys);
    if (unit_parse(&config, file, text, strlen(text), error, sizeof error) != 0)
        fail_msg("%s", error);
    return manager_add(&m, &config);
}

static inline void start_all(void)
{
    manager_check(&m);
    manager_start_all(&m);
}

static inline void expect_events(const char *expected)
{
    assert_string_equal(events, expected);
    events[0] = '\0';
}

static inline void advance(uint64_t ns)
{
    now += ns;
    manager_tick(&m);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
