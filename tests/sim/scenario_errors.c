/*
 * scenario_errors.c: what a program gets wrong: each bad argument has its own error, and leaves nothing behind. One table a subject; every
 * entry is one system call.
 */
#include <string.h>

#include "abi/file.h"
#include "tests/sim/user.h"

/* What an argument may stand for, beside a number. */
enum wrong_handle {
    MEMORY,
    WEAK,
    READER,
    WRITER,
    QUEUE,
    SPACE,
    CHILD,
    NAMES,
    SCHEME,
    TEXT,
    TIMER,
    CLOCK,
    LOG,
    TABLE,
    WRONG_HANDLES
};
#define H(name) (0x7e000000UL + (name))
#define IS_H(x) ((x) - H(0) < WRONG_HANDLES)
#define OWN     0x7f000000UL /* the caller's own memory, and what is put there first */
#define FULL    0x7f001000UL
#define GONE    0x7ffffffful /* a handle that nobody has */
#define BIG     (UINT64_C(1) << 62)
#define MIDDLE  0x300000000000L

static handle_t handles[WRONG_HANDLES];

struct wrong {
    uint64_t number;
    int64_t expected;
    uint64_t args[6];
};

static uint64_t resolve(struct actor *a, uint64_t arg)
{
    if (IS_H(arg))
        return (uint64_t)handles[arg - H(0)];
    if (arg == OWN)
        return at_own(a);
    return arg == FULL ? at_data(a) : arg;
}

static void get_all_wrong(struct actor *a, const struct wrong *table, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        uint64_t args[6];
        for (unsigned j = 0; j < 6; j++)
            args[j] = resolve(a, table[i].args[j]);
        int64_t status = actor_syscall(a, table[i].number, args);
        if (status != table[i].expected)
            expect_failed(a, "system call %llu, entry %u: %lld, not %lld",
                          (unsigned long long)table[i].number, i, (long long)status,
                          (long long)table[i].expected);
    }
}
#define GET_ALL_WRONG(a, table) get_all_wrong((a), (table), ARRAY_COUNT(table))

/* ---- handles, memory ---- */

static const struct wrong memory_errors[] = {
    {SYS_COUNT, -ERR_NOSYS, {0}},
    {SYS_handle_close, -ERR_BADF, {GONE}},
    {SYS_handle_close, -ERR_BADF, {NONE}},
    {SYS_handle_dup, -ERR_BADF, {GONE, RIGHT_ALL}},
    {SYS_handle_control, -ERR_BADF, {GONE, HANDLE_INFO}},
    {SYS_handle_control, -ERR_INVAL, {H(MEMORY), 99}},
    {SYS_handle_control, -ERR_INVAL, {H(QUEUE), HANDLE_GET_SIZE}},
    {SYS_handle_control, -ERR_ACCES, {H(WEAK), HANDLE_SET_SIZE, 1}},
    {SYS_handle_control, 2 * DYAD_PAGE_SIZE, {H(WEAK), HANDLE_GET_SIZE}},
    {SYS_handle_control, -ERR_FBIG, {H(MEMORY), HANDLE_SET_SIZE, UINT64_MAX}},
    {SYS_memory_create, -ERR_INVAL, {4096, 1}},
    {SYS_memory_create, -ERR_FBIG, {UINT64_MAX, 0}},
    {SYS_read, -ERR_ACCES, {H(WEAK), FULL, 8, 0}},
    {SYS_read, -ERR_BADF, {GONE, FULL, 8, 0}},
    {SYS_write, -ERR_BADF, {GONE, FULL, 8, 0}},
    {SYS_read, -ERR_INVAL, {H(QUEUE), FULL, 8, 0}},
    {SYS_write, -ERR_INVAL, {H(QUEUE), FULL, 8, 0}},
    {SYS_read, -ERR_SPIPE, {H(MEMORY), FULL, 8, UINT64_MAX}},
    {SYS_read, 0, {H(MEMORY), FULL, 8, 2 * DYAD_PAGE_SIZE}},
    {SYS_read, 4, {H(MEMORY), FULL, BIG, 2 * DYAD_PAGE_SIZE - 4}},
    {SYS_read, -ERR_FAULT, {H(MEMORY), USER_BAD, 8, 0}},
    {SYS_write, -ERR_SPIPE, {H(MEMORY), FULL, 8, UINT64_MAX}},
    {SYS_write, -ERR_NOSPC, {H(MEMORY), FULL, 8, 2 * DYAD_PAGE_SIZE}},
    {SYS_write, 4, {H(MEMORY), FULL, 8, 2 * DYAD_PAGE_SIZE - 4}},
    {SYS_write, -ERR_FAULT, {H(MEMORY), USER_BAD, 8, 0}},
    {SYS_map, -ERR_INVAL, {NONE, 0, 4096, UINT64_C(1) << 32, NONE}},
    {SYS_map, -ERR_INVAL, {NONE, 0, 0, MAP_PROT_READ, NONE}},
    {SYS_map, -ERR_INVAL, {NONE, 1, 4096, MAP_PROT_READ | MAP_FLAG_FIXED, NONE}},
    {SYS_map, -ERR_OPNOTSUPP, {NONE, 0, 4096, MAP_PROT_WRITE | MAP_PROT_EXEC, NONE}},
    {SYS_map, -ERR_ACCES, {NONE, 0, 4096, MAP_PROT_READ, H(WEAK)}},
    {SYS_map, -ERR_BADF, {NONE, 0, 4096, MAP_PROT_READ, GONE}},
    {SYS_map, -ERR_INVAL, {NONE, 0, 4096, MAP_PROT_READ, H(QUEUE)}},
    {SYS_map, -ERR_INVAL, {H(QUEUE), 0, 4096, MAP_PROT_READ, NONE}},
    {SYS_map, -ERR_EXIST, {NONE, USER_BASE, 4096, MAP_PROT_READ | MAP_FLAG_NOREPLACE, NONE}},
    {SYS_map, -ERR_INVAL, {NONE, 0, 4096, MAP_PROT_READ, H(MEMORY), 1}},
    {SYS_map, MIDDLE, {NONE, MIDDLE, 4096, MAP_PROT_READ | MAP_FLAG_FIXED, NONE}},
    {SYS_map, -ERR_NOMEM, {NONE, 0, DYAD_USER_END - DYAD_MAP_BASE, MAP_PROT_READ, NONE}},
    {SYS_unmap, 0, {NONE, MIDDLE, 4096}},
    {SYS_unmap, -ERR_INVAL, {NONE, 1, 4096}},
    {SYS_unmap, -ERR_BADF, {GONE, USER_BASE, 4096}},
    {SYS_unmap, 0, {NONE, USER_BAD, 4096}},
    {SYS_protect, -ERR_INVAL, {NONE, USER_BASE, 4096, 8}},
    {SYS_protect, -ERR_BADF, {GONE, USER_BASE, 4096, MAP_PROT_READ}},
    {SYS_protect, -ERR_OPNOTSUPP, {NONE, USER_BASE, 4096, MAP_PROT_WRITE | MAP_PROT_EXEC}},
    {SYS_protect, -ERR_NOMEM, {NONE, USER_BAD, 4096, MAP_PROT_READ}},
    {SYS_remap, -ERR_INVAL, {NONE, USER_BASE, 4096, 4096, 2}},
    {SYS_remap, -ERR_INVAL, {NONE, USER_BASE, 4096, 0, REMAP_MOVE}},
    {SYS_remap, -ERR_INVAL, {NONE, USER_BASE, 4096, 4096, REMAP_MOVE, USER_BASE}},
    {SYS_remap, -ERR_BADF, {GONE, USER_BASE, 4096, 4096, REMAP_MOVE}},
    {SYS_remap, -ERR_FAULT, {NONE, USER_BAD, 4096, 4096, REMAP_MOVE}},
    {SYS_read, -ERR_FAULT, {H(SPACE), FULL, 8, USER_BASE}},
    {SYS_write, -ERR_FAULT, {H(SPACE), FULL, 8, USER_BASE}},
};

/* ---- threads, time ---- */

static const struct wrong thread_errors[] = {
    {SYS_thread_create, -ERR_FAULT, {NONE, USER_BAD}},
    {SYS_thread_control, -ERR_INVAL, {99}},
    {SYS_thread_control, -ERR_INVAL, {THREAD_SET_TLS, DYAD_USER_END}},
    {SYS_thread_control, -ERR_INVAL, {THREAD_SET_WEIGHT, 0}},
    {SYS_thread_control, -ERR_INVAL, {THREAD_SET_WEIGHT, 65537}},
    {SYS_thread_control, 0, {THREAD_SET_WEIGHT, 65536}},
    {SYS_thread_control, 0, {THREAD_SET_WEIGHT, 1024}},
    {SYS_thread_control, -ERR_INVAL, {THREAD_SET_AFFINITY, 0}},
    {SYS_thread_control, -ERR_INVAL, {THREAD_SET_AFFINITY, UINT64_C(1) << 63}},
    {SYS_thread_control, 0, {THREAD_SET_AFFINITY, UINT64_MAX}},
    {SYS_thread_control, -ERR_FAULT, {THREAD_SIGNAL, 1, USER_BAD}},
    {SYS_thread_control, -ERR_SRCH, {THREAD_SIGNAL, 0, FULL}},
    {SYS_thread_control, -ERR_SRCH, {THREAD_SIGNAL, UINT64_C(1) << 32, FULL}},
    {SYS_thread_control, -ERR_INVAL, {THREAD_SIGNAL, 1, FULL}}, /* no signal 0 */
    {SYS_clock_get, -ERR_INVAL, {9}},
    {SYS_sleep, -ERR_INVAL, {DYAD_CLOCK_THREAD, 0}},
    {SYS_sleep, -ERR_INVAL, {7, 0}},
    {SYS_sleep, 0, {DYAD_CLOCK_REALTIME, 1}},
    {SYS_sleep, 0, {DYAD_CLOCK_MONOTONIC, 0}},
    {SYS_log, -ERR_INVAL, {4, FULL, 1}},
    {SYS_log, -ERR_FAULT, {0, USER_BAD, 1}},
    {SYS_log, 0, {3, FULL, UINT64_MAX}},
    {SYS_entropy, -ERR_INVAL, {FULL, 257}},
    {SYS_entropy, -ERR_FAULT, {USER_BAD, 256}},
    {SYS_cred_get, -ERR_INVAL, {CRED_KID + 1}},
    {SYS_futex_wait, -ERR_INVAL, {USER_BASE + 1, 0, 0}},
    {SYS_futex_wait, -ERR_FAULT, {USER_BAD, 0, 0}},
    {SYS_futex_wait, -ERR_AGAIN, {FULL, 1, DEADLINE_NEVER}},
    {SYS_futex_wait, -ERR_TIMEDOUT, {FULL, 0, 0}},
    {SYS_futex_wake, 0, {FULL, UINT64_MAX}},
    {SYS_signal_control, -ERR_INVAL, {99}},
    {SYS_signal_control, -ERR_INVAL, {SIGNAL_SET_ENTRY, DYAD_USER_END}},
    {SYS_signal_control, -ERR_FAULT, {SIGNAL_SET_ACTIONS, USER_BAD}},
    {SYS_signal_control, -ERR_FAULT, {SIGNAL_SET_MASK, 0, USER_BAD}},
    {SYS_signal_control, 0, {SIGNAL_BLOCK, DYAD_SIGNALS_FORCED | 1, 0}},
    {SYS_signal_control, 0, {SIGNAL_UNBLOCK, 1, 0}},
    {SYS_signal_control, -ERR_FAULT, {SIGNAL_PENDING, USER_BAD}},
    {SYS_signal_control, -ERR_FAULT, {SIGNAL_WAIT, USER_BAD}},
    {SYS_signal_control, -ERR_INVAL, {SIGNAL_STACK, DYAD_USER_END + 1, 0}},
    {SYS_signal_control, -ERR_INVAL, {SIGNAL_STACK, USER_BASE, DYAD_USER_END}},
    {SYS_signal_control, 0, {SIGNAL_STACK, 0, 0}},
};

static void wrong_structs(struct actor *a)
{
    struct thread_args thread = {.entry = DYAD_USER_END, .stack = USER_BASE};
    put(a, at_data(a), &thread, sizeof thread);
    EXPECT_IS(a, SYS(a, thread_create, NONE, at_data(a)), -ERR_INVAL);
    thread = (struct thread_args){.entry = USER_BASE, .tls = DYAD_USER_END};
    put(a, at_data(a), &thread, sizeof thread);
    EXPECT_IS(a, SYS(a, thread_create, NONE, at_data(a)), -ERR_INVAL);
    thread = (struct thread_args){.entry = USER_BASE, .flags = 4};
    put(a, at_data(a), &thread, sizeof thread);
    EXPECT_IS(a, SYS(a, thread_create, NONE, at_data(a)), -ERR_INVAL);
    thread.flags = 0;
    put(a, at_data(a), &thread, sizeof thread);
    EXPECT_IS(a, SYS(a, thread_create, (uint64_t)handles[QUEUE], at_data(a)), -ERR_INVAL);

    struct signal_actions actions = {.caught = 6, .ignored = 2};
    put(a, at_data(a), &actions, sizeof actions);
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_SET_ACTIONS, at_data(a)), -ERR_INVAL);
    actions = (struct signal_actions){.caught = DYAD_SIGNAL_BIT(DYAD_SIGKILL)};
    put(a, at_data(a), &actions, sizeof actions);
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_SET_ACTIONS, at_data(a)), -ERR_INVAL);
    EXPECT_IS(a, signal_process(a, handles[CHILD], DYAD_SIGNAL_COUNT + 1), -ERR_INVAL);
    EXPECT_IS(a, signal_process(a, handles[CHILD], DYAD_SIGKILL), -ERR_INVAL);
    struct signal_wait wait = {.set = 1, .deadline = 0};
    put(a, at_data(a), &wait, sizeof wait);
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_WAIT, at_data(a)), -ERR_AGAIN);
}

static void wrong_exec(struct actor *a)
{
    struct exec_args exec = {.entry = DYAD_USER_END, .stack = USER_BASE};
    put(a, at_data(a), &exec, sizeof exec);
    EXPECT_IS(a, SYS(a, exec, (uint64_t)handles[SPACE], at_data(a)), -ERR_INVAL);
    exec = (struct exec_args){.entry = USER_BASE, .stack = DYAD_USER_END};
    put(a, at_data(a), &exec, sizeof exec);
    EXPECT_IS(a, SYS(a, exec, (uint64_t)handles[SPACE], at_data(a)), -ERR_INVAL);
    EXPECT_IS(a, SYS(a, exec, (uint64_t)handles[SPACE], USER_BAD), -ERR_FAULT);
    int64_t own_space =
        control(a, (handle_t)SYS(a, process_control, NONE, PROCESS_SELF), PROCESS_SPACE, 0);
    EXPECT(a, own_space >= 0);
    exec = (struct exec_args){.entry = USER_BASE, .stack = USER_BASE};
    put(a, at_data(a), &exec, sizeof exec);
    EXPECT_IS(a, SYS(a, exec, (uint64_t)own_space, at_data(a)), -ERR_INVAL);
    memset(&exec, 0, sizeof exec);
    put(a, at_data(a), &exec, sizeof exec);
}

/* ---- processes ---- */

static const struct wrong process_errors[] = {
    {SYS_process_create, -ERR_INVAL, {NONE, 1}},
    {SYS_process_create, -ERR_INVAL, {H(QUEUE), 0}},
    {SYS_process_create, -ERR_BADF, {GONE, 0}},
    {SYS_process_fork, -ERR_BADF, {GONE, 1, 0}},
    {SYS_process_fork, -ERR_SRCH, {NONE, 77, 0}},
    {SYS_process_fork, -ERR_FAULT, {NONE, 1, USER_BAD}},
    {SYS_process_control, -ERR_INVAL, {NONE, 99}},
    {SYS_process_control, -ERR_BADF, {GONE, PROCESS_INFO, OWN, 8}},
    {SYS_process_control, -ERR_INVAL, {H(QUEUE), PROCESS_INFO, OWN, 8}},
    {SYS_process_control, -ERR_ACCES, {NONE, PROCESS_START}},
    {SYS_process_control, -ERR_ACCES, {NONE, PROCESS_SPACE}},
    {SYS_process_control, -ERR_FAULT, {NONE, PROCESS_INFO, USER_BAD, 8}},
    {SYS_process_control, 0, {NONE, PROCESS_INFO, OWN, UINT64_MAX}},
    {SYS_process_control, -ERR_FAULT, {H(CHILD), PROCESS_SIGNAL, USER_BAD}},
    {SYS_process_control, -ERR_FAULT, {H(CHILD), PROCESS_SET_CRED, USER_BAD}},
    {SYS_process_control, -ERR_FAULT, {H(CHILD), PROCESS_SET_QUOTA, USER_BAD}},
    {SYS_process_control, -ERR_FAULT, {H(CHILD), PROCESS_SET_NAME, USER_BAD}},
    {SYS_process_control, -ERR_BADF, {H(CHILD), PROCESS_SET_NAMESPACE, GONE}},
    {SYS_process_control, -ERR_BADF, {H(CHILD), PROCESS_GIVE, GONE}},
    {SYS_process_control, -ERR_INVAL, {H(CHILD), PROCESS_SELF}},
    {SYS_process_control, -ERR_INVAL, {H(CHILD), PROCESS_RESUME, 0}},
    {SYS_process_control, -ERR_INVAL, {H(CHILD), PROCESS_RESUME, DYAD_SIGNAL_COUNT + 1}},
    {SYS_process_control, 0, {H(CHILD), PROCESS_RESUME, DYAD_SIGNAL_COUNT}},
    {SYS_process_control, 0, {H(CHILD), PROCESS_CONTINUE}},
    {SYS_process_control, 0, {H(CHILD), PROCESS_STOP}},
    {SYS_process_control, 0, {H(CHILD), PROCESS_TAKE_EVENT, USER_BAD}}, /* there is none */
    {SYS_process_control, -ERR_ACCES, {H(TEXT), PROCESS_FIND, 1}},
    {SYS_process_control, -ERR_BADF, {GONE, PROCESS_NEXT, 0}},
    {SYS_process_control, -ERR_SRCH, {H(TABLE), PROCESS_FIND, 1000000}},
    {SYS_process_control, 0, {H(TABLE), PROCESS_NEXT, 1000000}},
    {SYS_process_control, 1, {H(TABLE), PROCESS_NEXT, 0}},
    {SYS_process_control, 0, {H(CHILD), PROCESS_KILL, 9}},
};

/* What cannot be had of a process without memory, handles or names any more. */
static const struct wrong death_errors[] = {
    {SYS_process_control, -ERR_SRCH, {H(CHILD), PROCESS_SPACE}},
    {SYS_process_control, -ERR_SRCH, {H(CHILD), PROCESS_SET_NAMESPACE, H(NAMES)}},
    {SYS_process_control, -ERR_SRCH, {H(CHILD), PROCESS_GIVE, H(MEMORY)}},
    {SYS_process_control, 0, {H(CHILD), PROCESS_START}},
    {SYS_process_control, 0, {H(CHILD), PROCESS_STOP}},
    {SYS_process_control, 0, {H(CHILD), PROCESS_CONTINUE}},
    {SYS_process_control, 0, {H(CHILD), PROCESS_KILL, 3}}, /* it keeps its status */
    {SYS_process_fork, -ERR_SRCH, {H(CHILD), 1, 0}},
    {SYS_thread_create, -ERR_SRCH, {H(CHILD), OWN}},
    {SYS_process_control, -ERR_FAULT, {H(CHILD), PROCESS_TAKE_EVENT, USER_BAD}},
    {SYS_process_control, 1, {H(CHILD), PROCESS_TAKE_EVENT, FULL}},
};

/* ---- the kernel's schemes, pipes, events ---- */

static const struct wrong scheme_errors[] = {
    {SYS_handle_control, 1, {H(TEXT), HANDLE_SEEK_SET, 1}},
    {SYS_handle_control, -ERR_OVERFLOW, {H(TEXT), HANDLE_SEEK_CUR, INT64_MAX}},
    {SYS_handle_control, -ERR_INVAL, {H(TEXT), HANDLE_SEEK_SET, UINT64_MAX}},
    {SYS_handle_control, 0, {H(TEXT), HANDLE_SEEK_SET, 0}},
    {SYS_handle_control, -ERR_SPIPE, {H(TIMER), HANDLE_SEEK_SET, 0}},
    {SYS_handle_control, -ERR_SPIPE, {H(TIMER), HANDLE_SEEK_CUR, 0}},
    {SYS_handle_control, -ERR_INVAL, {H(TEXT), HANDLE_GET_SIZE}},
    {SYS_handle_control, 0, {H(TIMER), HANDLE_SET_FLAGS, FILE_NONBLOCK}},
    {SYS_handle_control, FILE_RDWR | FILE_NONBLOCK, {H(TIMER), HANDLE_GET_FLAGS}},
    {SYS_read, -ERR_FAULT, {H(TEXT), USER_BAD, 1, 0}},
    {SYS_read, 0, {H(TEXT), FULL, 1, 1000}},
    {SYS_write, -ERR_ACCES, {H(TEXT), FULL, 1, 0}},
    {SYS_read, -ERR_FAULT, {H(LOG), USER_BAD, 1, 0}},
    {SYS_read, -ERR_AGAIN, {H(TIMER), FULL, 8, UINT64_MAX}},
    {SYS_read, -ERR_INVAL, {H(TIMER), FULL, 7, UINT64_MAX}},
    {SYS_write, -ERR_INVAL, {H(TIMER), FULL, 4, UINT64_MAX}},
    {SYS_write, -ERR_FAULT, {H(TIMER), USER_BAD, 8, UINT64_MAX}},
    {SYS_write, 8, {H(TIMER), FULL, 8, UINT64_MAX}}, /* zero: disarmed */
    {SYS_call, -ERR_FAULT, {H(TEXT), VERB_stat, USER_BAD}},
    {SYS_call, -ERR_NOTTY, {H(TEXT), VERB_control, FULL}},
    {SYS_call, -ERR_INVAL, {H(TEXT), VERB_PRIVATE, FULL}},
    {SYS_call, 0, {H(TEXT), VERB_stat, FULL}},
    {SYS_call, 0, {H(READER), VERB_stat, FULL}},
    {SYS_call, 0, {H(MEMORY), VERB_stat, FULL}},
    {SYS_call, -ERR_BADF, {GONE, VERB_stat, FULL}},
    {SYS_pipe_create, -ERR_INVAL, {FULL, FILE_READ}},
    {SYS_pipe_create, -ERR_FAULT, {USER_BAD, 0}},
    {SYS_read, -ERR_SPIPE, {H(READER), FULL, 1, 0}},
    {SYS_write, -ERR_SPIPE, {H(WRITER), FULL, 1, 0}},
    {SYS_read, 0, {H(READER), FULL, 0, UINT64_MAX}},
    {SYS_write, 0, {H(WRITER), FULL, 0, UINT64_MAX}},
    {SYS_read, -ERR_ACCES, {H(WRITER), FULL, 1, UINT64_MAX}},
    {SYS_write, -ERR_ACCES, {H(READER), FULL, 1, UINT64_MAX}},
    {SYS_write, -ERR_FAULT, {H(WRITER), USER_BAD, 1, UINT64_MAX}},
    {SYS_handle_control, -ERR_SPIPE, {H(READER), HANDLE_SEEK_SET, 0}},
    {SYS_handle_control, -ERR_INVAL, {H(READER), HANDLE_GET_SIZE}},
    {SYS_handle_control, 0, {H(READER), HANDLE_SET_FLAGS, FILE_NONBLOCK}},
    {SYS_read, -ERR_AGAIN, {H(READER), FULL, 1, UINT64_MAX}},
    {SYS_handle_control, 0, {H(READER), HANDLE_SET_FLAGS, 0}},
    {SYS_handle_control, FILE_READ, {H(READER), HANDLE_GET_FLAGS}},
    {SYS_event_watch, -ERR_INVAL, {H(QUEUE), H(READER), 0x8000, 0}},
    {SYS_event_watch, -ERR_INVAL, {H(QUEUE), H(QUEUE), EVENT_READABLE, 0}},
    {SYS_event_watch, -ERR_INVAL, {H(READER), H(WRITER), EVENT_READABLE, 0}},
    {SYS_event_watch, -ERR_INVAL, {H(QUEUE), H(MEMORY), EVENT_READABLE, 0}},
    {SYS_event_watch, -ERR_ACCES, {H(QUEUE), H(WEAK), EVENT_READABLE, 0}},
    {SYS_event_watch, -ERR_BADF, {GONE, H(READER), EVENT_READABLE, 0}},
    {SYS_event_watch, -ERR_BADF, {H(QUEUE), GONE, EVENT_READABLE, 0}},
    {SYS_event_watch, 0, {H(QUEUE), H(READER), 0, 0}},
    {SYS_event_wait, -ERR_TIMEDOUT, {H(QUEUE), FULL, 1, 0}},
    {SYS_event_wait, -ERR_INVAL, {H(QUEUE), FULL, 0, 0}},
    {SYS_event_wait, -ERR_INVAL, {H(READER), FULL, 1, 0}},
    {SYS_event_wait, -ERR_BADF, {GONE, FULL, 1, 0}},
    {SYS_scheme_serve, -ERR_BADF, {GONE, 0, FULL, FULL, 0, 0}},
    {SYS_scheme_serve, -ERR_INVAL, {H(READER), 0, FULL, FULL, 0, 0}},
    {SYS_scheme_serve, -ERR_TIMEDOUT, {H(SCHEME), 0, FULL, FULL, 0, 0}},
    {SYS_scheme_serve, -ERR_FAULT, {H(SCHEME), USER_BAD, FULL, FULL, 0, 0}},
    {SYS_scheme_copy, -ERR_BADF, {GONE, 1, COPY_FROM_CLIENT, 0, FULL, 1}},
    {SYS_scheme_copy, -ERR_INVAL, {H(SCHEME), 1, COPY_FROM_CLIENT, 0, FULL, 1}},
    {SYS_scheme_copy, -ERR_INVAL, {H(SCHEME), 1, 77, 0, FULL, 1}},
    {SYS_scheme_notify, -ERR_INVAL, {H(SCHEME), 1, UINT64_C(1) << 32}},
    {SYS_scheme_notify, -ERR_BADF, {GONE, 1, EVENT_READABLE}},
    {SYS_scheme_notify, -ERR_NOENT, {H(SCHEME), 1, EVENT_READABLE}},
    {SYS_scheme_create, -ERR_INVAL, {H(NAMES), FULL, 1, 1}},
    {SYS_scheme_create, -ERR_INVAL, {H(NAMES), FULL, 0, 0}},
    {SYS_scheme_create, -ERR_NAMETOOLONG, {H(NAMES), FULL, DYAD_SCHEME_NAME_MAX + 1, 0}},
    {SYS_scheme_create, -ERR_FAULT, {H(NAMES), USER_BAD, 1, 0}},
    {SYS_namespace_control, -ERR_INVAL, {H(NAMES), 99, FULL, 1}},
    {SYS_namespace_control, -ERR_ACCES, {NONE, NAMESPACE_REMOVE, FULL, 1}},
    {SYS_namespace_control, -ERR_BADF, {GONE, NAMESPACE_LIST, FULL, 1}},
    {SYS_namespace_control, 0, {H(NAMES), NAMESPACE_LIST, FULL, 0}},
    {SYS_namespace_control, -ERR_FAULT, {H(NAMES), NAMESPACE_LIST, USER_BAD, UINT64_MAX}},
};

static const struct {
    const char *path;
    unsigned flags;
    int64_t expected;
} path_errors[] = {
    {"nobody:", FILE_READ, -ERR_NODEV},        {"", FILE_READ, -ERR_INVAL},
    {"no colon", FILE_READ, -ERR_INVAL},       {"sys:nothing", FILE_READ, -ERR_NOENT},
    {"sys:cpus", FILE_WRITE, -ERR_ACCES},      {"log:more", FILE_READ, -ERR_NOENT},
    {"log:", FILE_WRITE, -ERR_ACCES},          {"proc:1", FILE_READ, -ERR_NOENT},
    {"time:", FILE_READ, -ERR_NOENT},          {"time:realtimf", FILE_READ, -ERR_NOENT},
    {"hw:nothing", FILE_READ, -ERR_NOENT},     {"irq:x", FILE_READ, -ERR_NOENT},
    {"memory:nothing", FILE_READ, -ERR_NOENT},
};

static void wrong_paths(struct actor *a)
{
    static const char *const names[] = {"a b", "a:", "a/b", "\x7f", "a\nb"};
    for (unsigned i = 0; i < ARRAY_COUNT(path_errors); i++) {
        int64_t status = open_path(a, path_errors[i].path, path_errors[i].flags);
        if (status != path_errors[i].expected)
            expect_failed(a, "%s: %lld, not %lld", path_errors[i].path, (long long)status,
                          (long long)path_errors[i].expected);
    }
    for (unsigned i = 0; i < ARRAY_COUNT(names); i++)
        EXPECT_IS(a, create_scheme(a, handles[NAMES], names[i]), -ERR_INVAL);
    EXPECT_IS(a, create_scheme(a, handles[NAMES], "wrong"), -ERR_EXIST);
    put(a, at_own(a), "nobody", 6);
    EXPECT_IS(a,
              SYS(a, namespace_control, (uint64_t)handles[NAMES], NAMESPACE_REMOVE, at_own(a), 6),
              -ERR_NOENT);
    EXPECT_IS(a,
              SYS(a, namespace_control, (uint64_t)handles[NAMES], NAMESPACE_ADD, at_own(a), 6,
                  (uint64_t)handles[QUEUE]),
              -ERR_INVAL);
    EXPECT_IS(a, SYS(a, open, (uint64_t)handles[QUEUE], at_own(a), 6, FILE_READ, 0, 0),
              -ERR_NOTDIR);
    EXPECT_IS(a, SYS(a, open, NONE, at_own(a), DYAD_PATH_MAX + 1, FILE_READ, 0, 0),
              -ERR_NAMETOOLONG);
}

/* ---- what POSIX says of signals that are pending ---- */

static uint64_t pending_after(struct actor *a, uint32_t signo)
{
    uint64_t pending = 0;
    if (signo != 0)
        EXPECT_IS(a, signal_thread(a, (uint64_t)SYS(a, thread_control, THREAD_SELF), signo), 0);
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_PENDING, at_data(a)), 0);
    get(a, at_data(a), &pending, sizeof pending);
    return pending;
}

static void masked_child(struct actor *a, uint64_t mask)
{
    uint64_t own = 0;
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_BLOCK, 0, at_data(a)), 0);
    get(a, at_data(a), &own, sizeof own);
    EXPECT_IS(a, own, mask);
    EXPECT_IS(a, pending_after(a, 0), 0); /* what is pending is not inherited */
}

static void fork_masked(struct actor *a, uint64_t mask)
{
    handle_t child = start_child(a, masked_child, mask);
    EXPECT_IS(a, wait_exit(a, child), 0);
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)child), 0);
}

/* Signals that stop and the one that continues drop each other; one that is ignored is pending only while it is blocked. */
static void use_signals(struct actor *a)
{
    const uint64_t stop = DYAD_SIGNAL_BIT(DYAD_SIGTSTP), cont = DYAD_SIGNAL_BIT(DYAD_SIGCONT);
    const uint64_t user = DYAD_SIGNAL_BIT(DYAD_SIGUSR2);
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_BLOCK, stop | cont, 0), 0);
    EXPECT_IS(a, pending_after(a, DYAD_SIGTSTP), stop);
    EXPECT_IS(a, pending_after(a, DYAD_SIGCONT), cont);
    EXPECT_IS(a, pending_after(a, DYAD_SIGTSTP), stop);
    EXPECT_IS(a, pending_after(a, DYAD_SIGCONT), cont);
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_UNBLOCK, stop | cont, 0), 0);
    EXPECT_IS(a, pending_after(a, 0), 0); /* continuing is its default */

    struct signal_actions actions = {.ignored = user};
    put(a, at_data(a), &actions, sizeof actions);
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_SET_ACTIONS, at_data(a)), 0);
    EXPECT_IS(a, pending_after(a, DYAD_SIGUSR2), 0);
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_BLOCK, user, 0), 0);
    EXPECT_IS(a, pending_after(a, DYAD_SIGUSR2), user);
    fork_masked(a, user);
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_UNBLOCK, user, 0), 0);
    EXPECT_IS(a, pending_after(a, 0), 0);
}

/* ---- what a fault says of itself ---- */

#define FAULT_AT 0x50000000UL

static struct signal_info fault;

/* The page is there, and may be written, when it is tried again. */
static void on_fault(struct actor *a, uint32_t signo)
{
    struct signal_frame frame;
    get(a, a->user->regs.rsi, &frame, sizeof frame);
    fault = frame.info;
    EXPECT_IS(a, fault.signo, signo);
    EXPECT_IS(
        a, SYS(a, map, NONE, FAULT_AT, 4096, MAP_PROT_READ | MAP_PROT_WRITE | MAP_FLAG_FIXED, NONE),
        FAULT_AT);
}

static void use_faults(struct actor *a)
{
    on_signals(a, DYAD_SIGNAL_BIT(DYAD_SIGSEGV), on_fault);
    store32(a, FAULT_AT + 8, 1);
    EXPECT_IS(a, fault.code, 1); /* nothing is mapped */
    EXPECT_IS(a, fault.value, FAULT_AT + 8);
    EXPECT_IS(a, SYS(a, protect, NONE, FAULT_AT, 4096, MAP_PROT_READ), 0);
    store32(a, FAULT_AT + 12, 1);
    EXPECT_IS(a, fault.code, 2); /* it may not be written */
    EXPECT_IS(a, fault.value, FAULT_AT + 12);
    EXPECT_IS(a, SYS(a, unmap, NONE, FAULT_AT, 4096), 0);
}

/* ---- both clocks' timers, and what reads the kernel's texts ---- */

static void use_timer(struct actor *a, handle_t timer, uint64_t deadline)
{
    struct event event;
    uint64_t value = deadline;
    put(a, at_data(a), &value, sizeof value);
    EXPECT_IS(a, SYS(a, event_watch, (uint64_t)handles[QUEUE], (uint64_t)timer, EVENT_READABLE, 3),
              0);
    EXPECT_IS(a, SYS(a, write, (uint64_t)timer, at_data(a), 8, UINT64_MAX), 8);
    EXPECT_IS(a, wait_event(a, handles[QUEUE], &event, DEADLINE_NEVER), 1);
    EXPECT_IS(a, event.cookie, 3);
    EXPECT_IS(a, SYS(a, read, (uint64_t)timer, USER_BAD, 8, UINT64_MAX), -ERR_FAULT);
    EXPECT_IS(a, SYS(a, read, (uint64_t)timer, at_data(a), 8, UINT64_MAX), 8);
    get(a, at_data(a), &value, sizeof value);
    EXPECT_IS(a, value, 1);
    EXPECT_IS(a, SYS(a, event_watch, (uint64_t)handles[QUEUE], (uint64_t)timer, 0, 0), 0);
    value = 0;
    put(a, at_data(a), &value, sizeof value);
}

/* The last handle of a timer goes while it is armed: nothing of it stays. */
static void close_armed_timer(struct actor *a)
{
    uint64_t deadline = now_ns() + (UINT64_C(1) << 50);
    int64_t timer = open_path(a, "time:monotonic", FILE_RDWR);
    EXPECT(a, timer >= 0);
    put(a, at_data(a), &deadline, sizeof deadline);
    EXPECT_IS(a, SYS(a, write, (uint64_t)timer, at_data(a), 8, UINT64_MAX), 8);
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)timer), 0);
}

static void read_texts(struct actor *a)
{
    static const char *const texts[] = {"sys:version", "sys:uptime",    "sys:cpus", "sys:memory",
                                        "sys:schemes", "sys:processes", "sys:stuck"};
    for (unsigned i = 0; i < ARRAY_COUNT(texts); i++) {
        int64_t file = open_path(a, texts[i], FILE_READ);
        EXPECT(a, file >= 0);
        int64_t got = SYS(a, read, (uint64_t)file, at_data(a), 4000, UINT64_MAX);
        EXPECT(a, i == ARRAY_COUNT(texts) - 1 ? got == 0 : got > 0);
        EXPECT_IS(a, SYS(a, read, (uint64_t)file, at_data(a), 4000, UINT64_MAX), 0);
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)file), 0);
    }
    EXPECT(a, SYS(a, read, (uint64_t)handles[LOG], at_data(a), 4000, UINT64_MAX) > 0);
    EXPECT(a, SYS(a, clock_get, DYAD_CLOCK_PROCESS) >= 0);
    EXPECT(a, SYS(a, clock_get, DYAD_CLOCK_THREAD) >= 0);
    EXPECT(a, SYS(a, clock_get, DYAD_CLOCK_REALTIME) > 0);
    EXPECT(a, SYS(a, thread_control, THREAD_CPU) < (int64_t)sim.plan->cores);
    EXPECT(a, SYS(a, cred_get, CRED_KID) > 0);
}

/* ---- */

static void clear_data(struct actor *a)
{
    static const char zeros[512];
    put(a, at_data(a), zeros, sizeof zeros);
    put(a, at_own(a), zeros, sizeof zeros);
}

static void make_handles(struct actor *a)
{
    handles[MEMORY] = (handle_t)SYS(a, memory_create, 2 * DYAD_PAGE_SIZE, 0);
    handles[WEAK] = (handle_t)SYS(a, handle_dup, (uint64_t)handles[MEMORY], RIGHT_PASS);
    EXPECT_IS(a, make_pipe(a, &handles[READER], 0), 0);
    handles[QUEUE] = (handle_t)SYS(a, event_create);
    handles[SPACE] = (handle_t)SYS(a, space_create);
    handles[CHILD] = (handle_t)SYS(a, process_create, NONE, 0);
    handles[SCHEME] = (handle_t)create_scheme(a, handles[NAMES], "wrong");
    handles[TEXT] = (handle_t)open_path(a, "sys:cpus", FILE_READ);
    handles[TIMER] = (handle_t)open_path(a, "time:monotonic", FILE_RDWR);
    handles[CLOCK] = (handle_t)open_path(a, "time:realtime", FILE_RDWR);
    handles[LOG] = (handle_t)open_path(a, "log:", FILE_READ);
    handles[TABLE] = (handle_t)open_path(a, "proc:", FILE_READ);
    for (unsigned i = 0; i < WRONG_HANDLES; i++)
        EXPECT(a, handles[i] >= 0);
}

static void errors_thread(struct actor *a, uint64_t names)
{
    handles[NAMES] = (handle_t)names;
    make_handles(a);
    clear_data(a);
    GET_ALL_WRONG(a, memory_errors);
    clear_data(a);
    GET_ALL_WRONG(a, thread_errors);
    wrong_structs(a);
    wrong_exec(a);
    clear_data(a);
    GET_ALL_WRONG(a, process_errors);
    EXPECT_IS(a, wait_exit(a, handles[CHILD]), 9);
    EXPECT_IS(a, signal_process(a, handles[CHILD], DYAD_SIGTERM), -ERR_SRCH);
    GET_ALL_WRONG(a, death_errors);
    clear_data(a);
    GET_ALL_WRONG(a, scheme_errors);
    wrong_paths(a);
    use_timer(a, handles[TIMER], now_ns() + 1000000);
    use_timer(a, handles[CLOCK], now_ns() + 1000000);
    use_timer(a, handles[CLOCK], 1);
    use_signals(a);
    use_faults(a);
    read_texts(a);
    close_armed_timer(a);
}

static void errors_start(void)
{
    struct process *process = sim_process("wrong");
    sim_thread(process, errors_thread, (uint64_t)sim_give_names(process));
}
const struct scenario scenario_errors = {
    .name = "errors", .text = "every bad argument has its error", .start = errors_start};
