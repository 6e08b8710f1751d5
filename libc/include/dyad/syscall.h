/*
 * dyad/syscall.h: Dyad's system calls as typed functions, for servers and for programs that only this system has.
 * Each returns the kernel's result as it is: >= 0, or -ERR_* (abi/error.h). errno is not touched. What the calls mean
 * is written in abi/syscall.h, abi/scheme.h, abi/signal.h and abi/event.h, where the structures are too.
 */
#pragma once
#include <features.h>
#include <stddef.h>
#include <stdint.h>
#include "abi/error.h"
#include "abi/syscall.h"
#include "abi/scheme.h"
#include "abi/signal.h"
#include "abi/event.h"

__BEGIN_DECLS
/* Enter the kernel through the gate. Pointers are passed as integers. */
int64_t dyad_syscall0(uint64_t number);
int64_t dyad_syscall1(uint64_t number, uint64_t a);
int64_t dyad_syscall2(uint64_t number, uint64_t a, uint64_t b);
int64_t dyad_syscall3(uint64_t number, uint64_t a, uint64_t b, uint64_t c);
int64_t dyad_syscall4(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d);
int64_t dyad_syscall5(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e);
int64_t dyad_syscall6(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
                      uint64_t f);

/* The same, for calls that may wait for long: POSIX's cancellation of threads ends them with -ERR_INTR. */
int64_t dyad_wait2(uint64_t number, uint64_t a, uint64_t b);
int64_t dyad_wait3(uint64_t number, uint64_t a, uint64_t b, uint64_t c);
int64_t dyad_wait4(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d);
int64_t dyad_wait6(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
                   uint64_t f);

static inline uint64_t dyad_arg(const volatile void *pointer)
{
    return (uint64_t)(uintptr_t)pointer;
}

static inline int64_t dyad_null(void)
{
    return dyad_syscall0(SYS_null);
}

/* Handles */
static inline int64_t dyad_handle_close(handle_t h)
{
    return dyad_syscall1(SYS_handle_close, (uint64_t)h);
}
static inline int64_t dyad_handle_dup(handle_t h, uint32_t rights)
{
    return dyad_syscall2(SYS_handle_dup, (uint64_t)h, rights);
}
static inline int64_t dyad_handle_control(handle_t h, enum handle_op op, uint64_t arg)
{
    return dyad_syscall3(SYS_handle_control, (uint64_t)h, op, arg);
}

/* Files */
static inline int64_t dyad_open(handle_t dir, const char *path, size_t len, uint32_t flags,
                                uint32_t mode, char *redirect)
{
    return dyad_wait6(SYS_open, (uint64_t)dir, dyad_arg(path), len, flags, mode,
                      dyad_arg(redirect));
}
static inline int64_t dyad_read(handle_t h, void *buffer, size_t length, int64_t offset)
{
    return dyad_wait4(SYS_read, (uint64_t)h, dyad_arg(buffer), length, (uint64_t)offset);
}
static inline int64_t dyad_write(handle_t h, const void *buffer, size_t length, int64_t offset)
{
    return dyad_wait4(SYS_write, (uint64_t)h, dyad_arg(buffer), length, (uint64_t)offset);
}
static inline int64_t dyad_call(handle_t h, uint32_t verb, struct call_args *args)
{
    return dyad_wait3(SYS_call, (uint64_t)h, verb, dyad_arg(args));
}

/* Memory */
static inline int64_t dyad_map(handle_t space, uint64_t addr, uint64_t length,
                               uint32_t prot_and_flags, handle_t memory, uint64_t offset)
{
    return dyad_syscall6(SYS_map, (uint64_t)space, addr, length, prot_and_flags, (uint64_t)memory,
                         offset);
}
static inline int64_t dyad_unmap(handle_t space, uint64_t addr, uint64_t length)
{
    return dyad_syscall3(SYS_unmap, (uint64_t)space, addr, length);
}
static inline int64_t dyad_protect(handle_t space, uint64_t addr, uint64_t length, uint32_t prot)
{
    return dyad_syscall4(SYS_protect, (uint64_t)space, addr, length, prot);
}
static inline int64_t dyad_remap(handle_t space, uint64_t addr, uint64_t old_length,
                                 uint64_t length, uint32_t flags, uint64_t to)
{
    return dyad_syscall6(SYS_remap, (uint64_t)space, addr, old_length, length, flags, to);
}
static inline int64_t dyad_memory_create(uint64_t size, uint32_t flags)
{
    return dyad_syscall2(SYS_memory_create, size, flags);
}
static inline int64_t dyad_space_create(void)
{
    return dyad_syscall0(SYS_space_create);
}
static inline int64_t dyad_exec(handle_t space, const struct exec_args *args)
{
    return dyad_syscall2(SYS_exec, (uint64_t)space, dyad_arg(args));
}

/* Processes and threads */
static inline int64_t dyad_process_create(handle_t name_space, uint32_t flags)
{
    return dyad_syscall2(SYS_process_create, (uint64_t)name_space, flags);
}
static inline int64_t dyad_process_fork(handle_t process, uint32_t thread, const struct cred *cred)
{
    return dyad_syscall3(SYS_process_fork, (uint64_t)process, thread, dyad_arg(cred));
}
static inline int64_t dyad_process_control(handle_t process, enum process_op op, uint64_t arg,
                                           size_t length)
{
    return dyad_syscall4(SYS_process_control, (uint64_t)process, op, arg, length);
}
static inline int64_t dyad_process_exit(int32_t wait_status)
{
    return dyad_syscall1(SYS_process_exit, (uint64_t)(int64_t)wait_status);
}
static inline int64_t dyad_thread_create(handle_t process, const struct thread_args *args)
{
    return dyad_syscall2(SYS_thread_create, (uint64_t)process, dyad_arg(args));
}
static inline int64_t dyad_thread_exit(volatile void *clear)
{
    return dyad_syscall1(SYS_thread_exit, dyad_arg(clear));
}
static inline int64_t dyad_thread_control(enum thread_op op, uint64_t a, uint64_t b)
{
    return dyad_syscall3(SYS_thread_control, op, a, b);
}
static inline int64_t dyad_cred_get(enum cred_field field)
{
    return dyad_syscall1(SYS_cred_get, field);
}

/* Signals */
static inline int64_t dyad_signal_control(enum signal_op op, uint64_t a, uint64_t b)
{
    return dyad_syscall3(SYS_signal_control, op, a, b);
}

/* Schemes */
static inline int64_t dyad_scheme_create(handle_t name_space, const char *name, size_t length,
                                         uint32_t flags)
{
    return dyad_syscall4(SYS_scheme_create, (uint64_t)name_space, dyad_arg(name), length, flags);
}
static inline int64_t dyad_scheme_serve(handle_t scheme, const struct reply *reply,
                                        struct request *request, void *buffer, size_t length,
                                        uint64_t deadline_ns)
{
    return dyad_syscall6(SYS_scheme_serve, (uint64_t)scheme, dyad_arg(reply), dyad_arg(request),
                         dyad_arg(buffer), length, deadline_ns);
}
static inline int64_t dyad_scheme_copy(handle_t scheme, uint32_t tag, enum copy_direction direction,
                                       uint64_t offset, void *buffer, size_t length)
{
    return dyad_syscall6(SYS_scheme_copy, (uint64_t)scheme, tag, direction, offset,
                         dyad_arg(buffer), length);
}
static inline int64_t dyad_scheme_notify(handle_t scheme, uint64_t file, uint32_t ready)
{
    return dyad_syscall3(SYS_scheme_notify, (uint64_t)scheme, file, ready);
}
static inline int64_t dyad_namespace_control(handle_t name_space, enum namespace_op op,
                                             const char *name, size_t length, uint64_t arg)
{
    return dyad_syscall5(SYS_namespace_control, (uint64_t)name_space, op, dyad_arg(name), length,
                         arg);
}

/* Events, futexes, pipes */
static inline int64_t dyad_event_create(void)
{
    return dyad_syscall0(SYS_event_create);
}
static inline int64_t dyad_event_watch(handle_t queue, handle_t h, uint64_t mask, uint64_t cookie)
{
    return dyad_syscall4(SYS_event_watch, (uint64_t)queue, (uint64_t)h, mask, cookie);
}
static inline int64_t dyad_event_wait(handle_t queue, struct event *out, size_t count,
                                      uint64_t deadline_ns)
{
    return dyad_wait4(SYS_event_wait, (uint64_t)queue, dyad_arg(out), count, deadline_ns);
}
static inline int64_t dyad_event_wait_with_mask(handle_t queue, struct event *out, size_t count,
                                                uint64_t deadline_ns, uint64_t signals)
{
    return dyad_wait6(SYS_event_wait, (uint64_t)queue, dyad_arg(out), count | EVENT_WAIT_MASK,
                      deadline_ns, signals, 0);
}
static inline int64_t dyad_futex_wait(const volatile void *addr, uint32_t expected,
                                      uint64_t deadline_ns)
{
    return dyad_wait3(SYS_futex_wait, dyad_arg(addr), expected, deadline_ns);
}
static inline int64_t dyad_futex_wake(const volatile void *addr, uint32_t count)
{
    return dyad_syscall2(SYS_futex_wake, dyad_arg(addr), count);
}
static inline int64_t dyad_pipe_create(handle_t ends[2], uint32_t flags)
{
    return dyad_syscall2(SYS_pipe_create, dyad_arg(ends), flags);
}

/* Time, log, randomness */
static inline int64_t dyad_clock_get(enum dyad_clock clock)
{
    return dyad_syscall1(SYS_clock_get, clock);
}
static inline int64_t dyad_sleep(enum dyad_clock clock, uint64_t until_ns)
{
    return dyad_wait2(SYS_sleep, clock, until_ns);
}
static inline int64_t dyad_yield(void)
{
    return dyad_syscall0(SYS_yield);
}
static inline int64_t dyad_log(uint32_t level, const char *text, size_t length)
{
    return dyad_syscall3(SYS_log, level, dyad_arg(text), length);
}
static inline int64_t dyad_entropy(void *buffer, size_t length)
{
    return dyad_syscall2(SYS_entropy, dyad_arg(buffer), length);
}
__END_DECLS
