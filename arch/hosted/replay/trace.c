/* trace.c: every counted trap, hashed, and with --trace written as a line of text. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/cpu.h"
#include "core/process.h"
#include "replay/internal.h"
#include "stub_pool.h"

static struct {
    uint64_t hash;
    uint64_t resumed; /* rax at the last resume: a system call's result */
    FILE *out;
} trace;

void trace_start(const char *path)
{
    if (!path)
        return;
    trace.out = fopen(path, "we");
    if (!trace.out)
        host_fail("--trace %s: %s", path, strerror(errno));
}

static void add(uint64_t word)
{
    trace.hash = hash_word(trace.hash, word);
}

uint64_t trace_hash(void)
{
    return trace.hash;
}

void trace_flush(void)
{
    if (trace.out && fflush(trace.out) != 0)
        host_fail("--trace: %s", strerror(errno));
}

void trace_resume(const struct arch_user *user)
{
    const struct user_regs *regs = &user->context->regs;
    trace.resumed = regs->rax;
    add(regs->rax);
    add(regs->rip);
    add(regs->rsp);
}

static bool has_run(const struct arch_user *user)
{
    return user->trap_kind != STUB_TRAP_NONE;
}

static void describe(char *text, size_t bytes, const struct arch_user *user,
                     const struct trap *trap)
{
    static const char *const kinds[] = {
        [TRAP_SYSCALL] = "call", [TRAP_FAULT] = "fault", [TRAP_IRQ] = "interrupt",
        [TRAP_TIMER] = "timer",  [TRAP_KICK] = "kick",   [TRAP_LOST] = "lost"};
    const struct user_regs *r = &user->context->regs;
    if (trap->kind == TRAP_SYSCALL)
        snprintf(text, bytes, "call %llu (%llx, %llx, %llx, %llx, %llx, %llx)",
                 (unsigned long long)r->rax, (unsigned long long)r->rdi, (unsigned long long)r->rsi,
                 (unsigned long long)r->rdx, (unsigned long long)r->r10, (unsigned long long)r->r8,
                 (unsigned long long)r->r9);
    else if (trap->kind == TRAP_FAULT)
        snprintf(text, bytes, "fault %d at %llx, access %u", (int)trap->fault,
                 (unsigned long long)trap->addr, trap->access);
    else
        snprintf(text, bytes, "%s", user->trap_kind == STUB_TRAP_TSC ? "rdtsc" : kinds[trap->kind]);
}

static void print_trap(const struct thread *t, const struct arch_user *user,
                       const struct trap *trap, uint64_t number, uint64_t now_ns)
{
    char text[160];
    describe(text, sizeof(text), user, trap);
    fprintf(trace.out, "%llu %llu %s[%u].%u <- %llx: %s, ip %llx sp %llx\n",
            (unsigned long long)number, (unsigned long long)now_ns, t->process->name,
            t->process->cred.pid, t->id, (unsigned long long)trace.resumed, text,
            (unsigned long long)user->context->regs.rip,
            (unsigned long long)user->context->regs.rsp);
}

void trace_trap(const struct cpu *cpu, const struct arch_user *user, const struct trap *trap,
                uint64_t number, uint64_t now_ns)
{
    const struct thread *t = cpu->current;
    add(number << 8 | (uint64_t)trap->kind << 4 | user->trap_kind);
    add(now_ns);
    if (t)
        add(t->process->kid << 32 | t->id);
    if (trap->kind == TRAP_FAULT) {
        add((uint64_t)trap->fault << 8 | trap->access);
        add(trap->addr);
    }
    if (has_run(user))
        trace.hash = hash_bytes(trace.hash, &user->context->regs, sizeof(user->context->regs));
    if (trace.out && t)
        print_trap(t, user, trap, number, now_ns);
}

void trace_event(const char *what, uint64_t value, uint64_t number, uint64_t now_ns)
{
    trace.hash = hash_bytes(trace.hash, what, strlen(what));
    add(value);
    add(number);
    add(now_ns);
    if (trace.out)
        fprintf(trace.out, "%llu %llu %s %llx\n", (unsigned long long)number,
                (unsigned long long)now_ns, what, (unsigned long long)value);
}
