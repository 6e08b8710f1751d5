/*
 * fuzz_unit.c: any bytes as a unit file, as boot arguments and as the word of a wait status: refused with a message, or read, and
 * nothing is left. Several unit files, between lines of "---", make a manager that is checked, started, ticked and stopped.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/error.h"
#include "servers/init/manager.h"
#include "servers/init/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define UNITS_MAX 8u
#define ROUNDS    64u

static uint64_t now_ns;
static unsigned launches;

static int launch(void *context, struct unit *unit)
{
    (void)context;
    (void)unit;
    return ++launches % 3 == 0 ? -ERR_NOENT : 0;
}

static int offer(void *context, struct unit *unit)
{
    (void)context;
    if (!unit->config.schemes)
        abort(); /* nobody could ask for it */
    return ++launches % 5 == 0 ? -ERR_NOMEM : 0;
}

static void terminate(void *context, struct unit *unit, bool force)
{
    (void)context;
    (void)unit;
    (void)force;
}

static void log_line(void *context, const struct unit *unit, enum manager_level level,
                     const char *text)
{
    (void)context;
    (void)unit;
    (void)level;
    if (strlen(text) == 0)
        abort();
}

static void changed(void *context, struct unit *unit)
{
    (void)context;
    (void)unit;
}

static uint64_t now(void *context)
{
    (void)context;
    return now_ns;
}

static const struct manager_ops manager_ops = {launch, offer, terminate, log_line, changed, now};

static void check_refused(int status, const char *error)
{
    if (status == -ERR_NOMEM)
        return;
    if (status != -ERR_INVAL || error[0] == '\0' || memchr(error, '\0', 256) == NULL)
        abort();
}

/* Units live and die by turns until they are all told to stop. */
static void run_units(struct manager *m)
{
    manager_check(m);
    manager_start_all(m);
    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned which = 0;
        for (struct unit *unit = m->first; unit != NULL; unit = unit->next, which++) {
            if ((round + which) % 4 == 3)
                manager_demanded(m, unit);
            if (!manager_is_running(unit))
                continue;
            if ((round + which) % 3 == 0)
                manager_notified(m, unit);
            else if ((round + which) % 3 == 1)
                manager_exited(m, unit, round % 2 ? 0x100 : 0);
        }
        uint64_t due = manager_deadline(m);
        now_ns = due != UINT64_MAX && due > now_ns ? due : now_ns + 1000000000;
        manager_tick(m);
    }
    for (struct unit *unit = m->first; unit != NULL; unit = unit->next)
        manager_stop(m, unit);
    for (struct unit *unit = m->first; unit != NULL; unit = unit->next) {
        if (manager_is_running(unit))
            manager_exited(m, unit, 9);
    }
    for (struct unit *unit = m->first; unit != NULL; unit = unit->next) {
        if (manager_is_running(unit))
            abort(); /* everything was stopped and has ended */
    }
}

static void parse_units(const char *text, size_t size)
{
    struct manager m;
    char error[256], file[16];
    now_ns = launches = 0;
    manager_init(&m, &manager_ops, NULL);
    for (unsigned i = 0; i < UNITS_MAX && size != 0; i++) {
        const char *end = memmem(text, size, "\n---\n", 5);
        size_t length = end != NULL ? (size_t)(end - text) + 1 : size;
        struct unit_config config;
        snprintf(file, sizeof file, "%c.toml", 'a' + i);
        error[0] = '\0';
        int status = unit_parse(&config, file, text, length, error, sizeof error);
        if (status < 0)
            check_refused(status, error);
        else if (manager_add(&m, &config) == NULL)
            unit_free(&config);
        length = end != NULL ? length + 4 : length;
        text += length;
        size -= length;
    }
    run_units(&m);
    manager_fini(&m);
}

static void parse_plan(const char *args, size_t size)
{
    struct plan plan;
    if (plan_make(&plan, args, size) == 0) {
        size_t words = 0;
        for (char **word = plan.argv; *word != NULL; word++)
            words += strlen(*word) + 1;
        for (char **word = plan.envp; word != NULL && *word != NULL; word++)
            (void)strlen(*word);
        if (words == 0)
            abort(); /* there is always something to run */
    }
    plan_free(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int32_t status;
    if (size == 0)
        return 0;
    char *text = malloc(size - 1 + 1); /* exact: a byte too far is seen */
    if (text == NULL)
        return 0;
    memcpy(text, data + 1, size - 1);
    if (data[0] == 'p')
        parse_plan(text, size - 1);
    else
        parse_units(text, size - 1);
    if (size >= sizeof status) {
        memcpy(&status, data + size - sizeof status, sizeof status);
        int code = plan_exit_status(status & 0xffff);
        if (code < 0 || code > 255)
            abort();
    }
    free(text);
    return 0;
}
