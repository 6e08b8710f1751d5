/* user.c: user contexts: Linux threads of a stub and their registers in the shared page. */
#include <string.h>

#include "abi/syscall.h"
#include "core/cpu.h"
#include "host.h"
#include "replay/replay.h"
#include "stub_pool.h"
#include "x86_user.h"

#define CLONE_TIMEOUT_NS        1000000000UL
#define CLONE_TIMEOUT_REPLAY_NS 60000000000UL

/* Have the stub create its thread `index`. Called with thread_lock held. */
static status_t thread_create_locked(struct stub *stub, uint32_t index)
{
    struct stub_header *header = stub->header;
    control_context_init(stub, index);
    uint32_t request = atomic_load(&header->clone_request) + 2;
    header->clone_index = index;
    atomic_store(&header->clone_request, request);
    /* Its first thread runs guest code, or sleeps, or sleeps in its handler with signals blocked. */
    stub_signal(stub, 0);
    control_wake(control_number(stub, 0));
    uint64_t end = host_time_ns() + (REPLAY ? CLONE_TIMEOUT_REPLAY_NS : CLONE_TIMEOUT_NS);
    uint32_t answer;
    while ((answer = atomic_load(&header->clone_answer)) != request) {
        uint64_t now = host_time_ns();
        if (now >= end || atomic_load(&stub->dead)) {
            stub->spoilt = true; /* it may still come */
            if (REPLAY)
                replay_refused("the host starts no more threads");
            return -ERR_AGAIN;
        }
        host_futex_wait(&header->clone_answer, answer, now + 10000000);
    }
    int32_t tid = header->clone_result;
    if (tid <= 0 && REPLAY)
        replay_refused("the host starts no more threads");
    if (tid <= 0)
        return -ERR_AGAIN;
    stub->tids[index] = tid;
    stub->places[index] = UINT16_MAX; /* where the thread is bound that made it: unknown */
    return 0;
}

static status_t index_take_locked(struct stub *stub, uint32_t *out)
{
    for (uint32_t i = 0; i < stub->threads; i++) {
        if (stub->used[i / 64] >> i % 64 & 1)
            continue;
        *out = i;
        return 0;
    }
    if (stub->threads == STUB_THREADS_MAX || stub->spoilt)
        return -ERR_AGAIN;
    status_t status = thread_create_locked(stub, stub->threads);
    if (status == 0)
        *out = stub->threads++;
    return status;
}

static status_t context_take(struct arch_user *user, struct arch_space *space)
{
    struct stub *stub = space->stub;
    uint32_t index = 0;
    pthread_mutex_lock(&stub->thread_lock);
    status_t status = index_take_locked(stub, &index);
    if (status == 0)
        stub->used[index / 64] |= 1UL << index % 64;
    pthread_mutex_unlock(&stub->thread_lock);
    if (status)
        return status;
    user->stub = stub;
    user->index = index;
    user->context = (struct stub_context *)((uint8_t *)stub->contexts + (size_t)index * 4096);
    user->trap_kind = STUB_TRAP_NONE;
    user->context->mode = STUB_MODE_FRESH;
    return 0;
}

status_t arch_user_init(struct arch_user *user, struct arch_space *space, uint64_t entry,
                        uint64_t stack, uint64_t arg, uint64_t tls)
{
    status_t status = context_take(user, space);
    if (status)
        return status;
    user->context->mxcsr = MXCSR_INITIAL;
    user->context->fcw = FCW_INITIAL;
    struct user_regs regs = {
        .rip = entry, .rsp = stack, .rdi = arg, .fs_base = tls, .rflags = FLAGS_FIXED};
    status = arch_user_set(user, &regs);
    if (status)
        arch_user_fini(user);
    return status;
}

status_t arch_user_fork(struct arch_user *user, struct arch_space *space, struct arch_user *parent)
{
    status_t status = context_take(user, space);
    if (status)
        return status;
    user->context->mxcsr = parent->context->mxcsr & 0xffff;
    user->context->fcw = parent->context->fcw;
    struct user_regs regs;
    arch_user_get(parent, &regs);
    status = arch_user_set(user, &regs);
    if (status)
        arch_user_fini(user);
    return status;
}

/* The Linux thread stays, asleep, for the next context. */
void arch_user_fini(struct arch_user *user)
{
    struct stub *stub = user->stub;
    uint32_t spinning = STUB_CMD_SPIN; /* nobody shall rely on it to wake another any more */
    atomic_compare_exchange_strong(&user->context->cmd, &spinning, STUB_CMD_PARK);
    pthread_mutex_lock(&stub->thread_lock);
    stub->used[user->index / 64] &= ~(1UL << user->index % 64);
    pthread_mutex_unlock(&stub->thread_lock);
    user->stub = NULL;
    user->context = NULL;
}

/* The thread itself does not care which core runs it; what this core remembers of it (arch_cpu.last) it only
 * uses to end the thread's spinning, which is harmless at any time. */
void arch_user_leave(struct arch_user *user)
{
}

void arch_user_args(struct arch_user *user, uint64_t *number, uint64_t args[6])
{
    x86_user_call(&user->context->regs, number, args);
}

void arch_user_result(struct arch_user *user, int64_t result)
{
    user->context->regs.rax = (uint64_t)result;
}

void arch_user_get(struct arch_user *user, struct user_regs *regs)
{
    *regs = user->context->regs;
}

static bool fs_is_valid(uint64_t base)
{
    return base < DYAD_HOLE_END;
}

/* The gate's own address is allowed: a thread may have been stopped right there. */
status_t arch_user_set(struct arch_user *user, const struct user_regs *regs)
{
    if ((regs->rip >= DYAD_USER_END && regs->rip != STUB_GATE) || !fs_is_valid(regs->fs_base))
        return -ERR_INVAL;
    struct stub_context *context = user->context;
    context->regs = *regs;
    context->regs.rflags = (regs->rflags & FLAGS_USER) | FLAGS_FIXED;
    if (context->mode == STUB_MODE_FAST)
        context->mode = STUB_MODE_FULL;
    return 0;
}
