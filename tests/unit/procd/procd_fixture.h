/* procd_fixture.h: init, a service and a shell on a fake kernel, for test_procd*.c. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "abi/error.h"
#include "tests/unit/procd/fake_kernel.h"

#define EXITED(code) WSTATUS_EXIT(code)
#define SECOND       1000000000ull

static struct fake_kernel k;
static struct procd *const p = &k.procd;
static uint32_t shell; /* the session's leader */
static int token_a, token_b;

static inline struct process *proc(uint32_t pid)
{
    struct process *process = procd_find(p, pid);
    assert_non_null(process);
    return process;
}

/* init is 1, procd itself a service, and a shell leads the session. */
static inline int setup(void **state)
{
    (void)state;
    fake_init(&k);
    handle_t init = fake_create(&k);
    k.processes[init].info.state = PROCESS_STATE_RUNNING;
    if (procd_spawned(p, (uint64_t)init, init, 0, 0, false) != 1)
        return -1;
    handle_t service = fake_create(&k);
    if (procd_spawned(p, (uint64_t)init, service, 0, 0, false) != 2)
        return -1;
    handle_t session = fake_create(&k);
    shell = (uint32_t)procd_spawned(p, (uint64_t)init, session, 0, 0, true);
    for (int i = 0; i < FAKE_MAX; i++)
        if (k.processes[i].info.state == PROCESS_STATE_NEW)
            k.processes[i].info.state = PROCESS_STATE_RUNNING;
    return shell == 3 ? 0 : -1;
}

static inline int teardown(void **state)
{
    (void)state;
    procd_fini(p);
    return 0;
}

static inline uint32_t fork_from(uint32_t parent)
{
    int64_t pid = procd_fork(p, proc(parent), 1);
    assert_true(pid > 0);
    return (uint32_t)pid;
}

static inline uint32_t fork_job(uint32_t parent)
{
    uint32_t pid = fork_from(parent);
    assert_int_equal(procd_setpgid(p, proc(parent), pid, pid), 0);
    return pid;
}

static inline int64_t wait_now(uint32_t parent, int64_t selector, uint32_t options,
                               struct proc_wait_result *out)
{
    return procd_wait(p, proc(parent), selector, options | PROC_WEXITED | PROC_WNOHANG, NULL, out);
}

static inline bool got_signal(uint32_t pid, int signo)
{
    return fake_of(&k, pid)->signals & DYAD_SIGNAL_BIT(signo);
}

static inline int send(uint32_t from, int64_t target, int signo)
{
    return procd_kill(p, proc(from), &(struct procd_kill){.target = target, .signo = signo});
}
