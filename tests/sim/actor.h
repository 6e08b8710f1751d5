/*
 * actor.h: what a scenario needs: processes and threads made before the cores start, and user threads ("actors"), C functions that
 * make real system calls and have memory in simulated pages.
 *
 *     static void waker(struct actor *a, uint64_t arg)
 *     {
 *         store32(a, AT_SHARED, 1);
 *         SYS(a, futex_wake, AT_SHARED, 1);
 *     }
 *     static void waiter(struct actor *a, uint64_t arg)
 *     {
 *         while (load32(a, AT_SHARED) == 0)
 *             SYS(a, futex_wait, AT_SHARED, 0, DEADLINE_NEVER);
 *     }
 *     static void futex_start(void)
 *     {
 *         struct process *p = sim_process("p");
 *         sim_thread(p, waiter, 0);
 *         sim_thread(p, waker, 0);
 *     }
 *     const struct scenario scenario_futex = {"futex", "a wake-up is not lost", futex_start};
 *
 * A scenario is over when all threads have ended; that they all do, in every schedule, is the main thing that it claims. A
 * thread that returns from its function exits. Variables of the scenario itself are C's: set them in `start`.
 */
#pragma once
#include "abi/event.h"
#include "abi/scheme.h"
#include "abi/signal.h"
#include "abi/syscall.h"
#include "core/process.h"
#include "tests/sim/sim.h"

struct actor;
typedef void actor_fn(struct actor *a, uint64_t arg);

/* ---- before the cores start ---- */

/* A process with memory at USER_BASE; borrowed: it lives while it has threads. */
struct process *sim_process(const char *name);
/* A thread of it, ready to run. */
void sim_thread(struct process *process, actor_fn *fn, uint64_t arg);
/* A handle of process `of` for `to`, and of any object. */
handle_t sim_give_process(struct process *to, struct process *of);
handle_t sim_give(struct process *to, struct kobject *object, uint32_t rights);
/* A handle of the system namespace. */
handle_t sim_give_names(struct process *to);
/* The process pays from a quota of its own. */
void sim_limit(struct process *process, const struct quota_limits *limits);

/* ---- an actor's memory ---- */

#define USER_BASE  0x100000UL
#define USER_PAGES 64UL
#define AT_SHARED  USER_BASE                    /* a page for what threads share */
#define AT_MORE    (USER_BASE + DYAD_PAGE_SIZE) /* and seven more */
#define USER_BAD   0x40000000UL                 /* nothing is mapped there */
/* Two pages a thread: for the helpers below, and for itself. */
uint64_t at_own(const struct actor *a);
uint64_t at_data(const struct actor *a);

uint32_t load32(struct actor *a, uint64_t addr);
void store32(struct actor *a, uint64_t addr, uint32_t value);
uint32_t add32(struct actor *a, uint64_t addr, uint32_t value); /* atomic; -> the old value */
uint32_t exchange32(struct actor *a, uint64_t addr, uint32_t value);
uint32_t compare32(struct actor *a, uint64_t addr, uint32_t expected, uint32_t value);
void put(struct actor *a, uint64_t addr, const void *from, size_t bytes);
void get(struct actor *a, uint64_t addr, void *to, size_t bytes);
/* Some user code runs for a while: a core may be taken from it here. */
void compute(struct actor *a, unsigned points);

/* ---- system calls ---- */

int64_t actor_syscall(struct actor *a, uint64_t number, const uint64_t args[6]);
#define SYS(a, name, ...) actor_syscall((a), SYS_##name, (const uint64_t[6]){__VA_ARGS__})
#define NONE              ((uint64_t)(int64_t)HANDLE_NONE)

/* A further thread of the own process, or of another (h). -> its id */
int64_t spawn(struct actor *a, handle_t h, actor_fn *fn, uint64_t arg);
/* Where such a function is for exec and the like. */
uint64_t actor_entry(actor_fn *fn);
/* Fork: the child runs fn(arg) as its only thread, and is suspended. -> its handle */
int64_t fork_into(struct actor *a, actor_fn *fn, uint64_t arg);
int64_t control(struct actor *a, handle_t process, enum process_op op, uint64_t arg);
/* Both: the child runs. Neither may fail, as by EXPECT. */
handle_t start_child(struct actor *a, actor_fn *fn, uint64_t arg);
/* Wait until the process has ended. -> its status */
int64_t wait_exit(struct actor *a, handle_t process);
/* Signals with a handler: fn runs on the same thread. */
void on_signals(struct actor *a, uint64_t caught, void (*fn)(struct actor *a, uint32_t signo));
int64_t signal_process(struct actor *a, handle_t process, uint32_t signo);
int64_t signal_thread(struct actor *a, uint64_t id, uint32_t signo);
uint64_t now_ns(void);

/* Schemes. A call of `verb` with a number each way: args.args[0] in, values[0] out. */
int64_t create_scheme(struct actor *a, handle_t names, const char *name);
int64_t open_path(struct actor *a, const char *path, unsigned flags);
struct call_args call_simple(uint64_t number);
int64_t call(struct actor *a, handle_t h, unsigned verb, struct call_args *args);
int64_t receive(struct actor *a, handle_t scheme, struct request *request, uint64_t deadline);
int64_t reply_receive(struct actor *a, handle_t scheme, const struct reply *reply,
                      struct request *request, uint64_t deadline);
int64_t reply_only(struct actor *a, handle_t scheme, const struct reply *reply);
int64_t make_pipe(struct actor *a, handle_t ends[2], unsigned flags);
int64_t wait_event(struct actor *a, handle_t queue, struct event *event, uint64_t deadline);

/* ---- checks ---- */

const char *actor_name(const struct actor *a);
/* A number that depends on the seed and the thread, not on the schedule. */
uint64_t chance(struct actor *a, uint64_t below);
/* After a sweep has made something go wrong the process just ends. */
_Noreturn void expect_failed(struct actor *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
#define EXPECT(a, condition) \
    ((condition)             \
         ? (void)0           \
         : expect_failed((a), "%s: %s:%d: %s", actor_name(a), __FILE__, __LINE__, #condition))
#define EXPECT_IS(a, value, expected)                                                        \
    do {                                                                                     \
        int64_t expect_value = (int64_t)(value);                                             \
        if (expect_value != (int64_t)(expected))                                             \
            expect_failed((a), "%s: %s:%d: %s is %lld, not %lld", actor_name(a), __FILE__,   \
                          __LINE__, #value, (long long)expect_value, (long long)(expected)); \
    } while (0)
