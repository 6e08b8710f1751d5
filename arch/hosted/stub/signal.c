/*
 * signal.c: everything that comes other than by the gate: faults, raw system calls, and the core's
 * order to stop. The interrupted registers go to the context, the answer goes back into the signal frame. The
 * FPU's state stays in the frame. All signals are blocked meanwhile, so an order to stop that comes too late
 * for one answer arrives right after rt_sigreturn.
 */
#include <asm/prctl.h>
#include <asm/sigcontext.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <asm/ucontext.h>
#include <linux/audit.h>

#include "stub.h"

#define FLAG_TRAP 0x100UL
#define VECTOR_GP 13

typedef struct ucontext frame_t;

static bool in_stub(uint64_t rip)
{
    return rip > STUB_GATE &&
           rip < STUB_TEXT_END; /* at the gate's first instruction all is the guest's */
}

/* By the stack that we run on, since guest code may have spoilt GS. */
static struct stub_context *context_of_stack(void)
{
    uint64_t here = (uint64_t)__builtin_frame_address(0);
    return stub_context_at((uint32_t)((here - STUB_STACKS) >> STUB_STACK_SHIFT) % STUB_THREADS_MAX);
}

static uint64_t read_fs(const struct stub_context *context)
{
    uint64_t base = context->regs.fs_base;
    if (context->fsgsbase)
        __asm__ volatile("rdfsbase %0" : "=r"(base));
    return base; /* without the instruction the guest cannot have changed it */
}

static void write_fs(struct stub_context *context)
{
    if (context->fsgsbase)
        __asm__ volatile("wrfsbase %0" : : "r"(context->regs.fs_base));
    else
        SYS2(__NR_arch_prctl, ARCH_SET_FS, context->regs.fs_base);
}

/* Guest code must not touch GS, but when it does that must not outlive the program. */
static void repair_gs(struct stub_context *context)
{
    uint64_t base;
    if (!context->fsgsbase) {
        SYS2(__NR_arch_prctl, ARCH_SET_GS, context);
        return;
    }
    __asm__ volatile("rdgsbase %0" : "=r"(base));
    if (base != (uint64_t)context)
        __asm__ volatile("wrgsbase %0" : : "r"(context));
}

static void save(struct stub_context *context, const struct sigcontext_64 *c)
{
    struct user_regs *r = &context->regs;
    *r = (struct user_regs){c->ax,  c->bx,  c->cx, c->dx,    c->si,     c->di,  c->bp,
                            c->sp,  c->r8,  c->r9, c->r10,   c->r11,    c->r12, c->r13,
                            c->r14, c->r15, c->ip, c->flags, r->fs_base};
    r->fs_base = read_fs(context);
    const struct _fpstate_64 *fpu = (const void *)c->fpstate;
    if (fpu) {
        context->mxcsr = fpu->mxcsr;
        context->fcw = fpu->cwd;
        context->fsw = fpu->swd;
    }
}

/* The initial FPU state but for the control words: an empty bitmap of components in the XSAVE header. */
static void reset_fpu(struct stub_context *context, struct sigcontext_64 *c)
{
    struct _fpstate_64 *fpu = (void *)c->fpstate;
    if (!fpu)
        return;
    uint8_t *bytes = (uint8_t *)fpu;
    bool extended = fpu->sw_reserved.magic1 == FP_XSTATE_MAGIC1;
    for (size_t i = 0; i < 416; i++)
        bytes[i] = context->fpinit[i];
    fpu->cwd = context->fcw;
    fpu->mxcsr = context->mxcsr;
    if (extended)
        ((struct _xstate *)fpu)->xstate_hdr.xfeatures =
            3; /* x87 and SSE from the image; others initial */
}

static void restore(struct stub_context *context, struct sigcontext_64 *c)
{
    const struct user_regs *r = &context->regs;
    c->ax = r->rax, c->bx = r->rbx, c->cx = r->rcx, c->dx = r->rdx;
    c->si = r->rsi, c->di = r->rdi, c->bp = r->rbp, c->sp = r->rsp;
    c->r8 = r->r8, c->r9 = r->r9, c->r10 = r->r10, c->r11 = r->r11;
    c->r12 = r->r12, c->r13 = r->r13, c->r14 = r->r14, c->r15 = r->r15;
    c->ip = r->rip;
    c->flags = r->rflags;
    if (context->mode != STUB_MODE_FAST)
        write_fs(context);
    if (context->mode == STUB_MODE_FRESH) {
        reset_fpu(context, c);
        repair_gs(context);
    }
}

static void fault(struct stub_context *context, uint32_t vector, uint32_t error, uint64_t address)
{
    context->trap = STUB_TRAP_FAULT;
    context->trapno = vector;
    context->error = error;
    context->address = address;
}

/* The length of the instruction at ip when it reads the time stamp counter, else 0. It has been fetched just now, so it is there. */
static uint32_t tsc_length(uint64_t ip)
{
    const uint8_t *code = (const uint8_t *)ip;
    if (!HEADER->trap_tsc || ip >= DYAD_USER_END || code[0] != 0x0f)
        return 0;
    if (code[1] == 0x31)
        return 2;
    return code[1] == 0x01 && code[2] == 0xf9 ? 3 : 0;
}

static void classify(struct stub_context *context, int signal, const siginfo_t *info,
                     struct sigcontext_64 *c)
{
    if (signal == SIGSYS && info->si_arch == AUDIT_ARCH_X86_64 && c->ip < DYAD_USER_END) {
        context->trap = STUB_TRAP_SYSCALL;
    } else if (signal == SIGSYS) {
        /* int 0x80, or a jump to Linux's vsyscall page: a protection fault, as on a machine without them. */
        if (c->ip < DYAD_USER_END)
            c->ip -= 2;
        fault(context, VECTOR_GP, 0, 0);
    } else if (signal == SIGSEGV && info->si_code == SI_KERNEL && tsc_length(c->ip)) {
        context->trap = STUB_TRAP_TSC;
        context->error = tsc_length(c->ip);
    } else if (info->si_code <= 0 || info->si_code == SI_KERNEL) {
        fault(context, signal == SIGSEGV || signal == SIGBUS ? VECTOR_GP : (uint32_t)c->trapno, 0,
              0);
    } else {
        fault(context, (uint32_t)c->trapno, (uint32_t)c->err, c->cr2);
    }
}

/* A signal in our own code. Returns true when there is nothing to tell the core. */
static bool handle_inside(struct stub_context *context, int signal, struct sigcontext_64 *c)
{
    if (signal == STUB_SIGNAL) {
        bool leaving = c->ip >= (uint64_t)stub_exit && c->ip < (uint64_t)stub_exit_end;
        if (leaving && atomic_load(&context->stop))
            c->ip = (uint64_t)stub_exit; /* whose first step sees it */
        return true;
    }
    if (signal == SIGTRAP) {
        c->flags &= ~FLAG_TRAP; /* a guest that single-steps itself into the gate */
        return true;
    }
    /* The guest changed GS or jumped here: its own fault. */
    fault(context, VECTOR_GP, 0, 0);
    return false;
}

static void handler(int signal, siginfo_t *info, void *argument)
{
    struct sigcontext_64 *c = (void *)&((frame_t *)argument)->uc_mcontext;
    struct stub_context *context = context_of_stack();
    stub_clone_service();
    if (in_stub(c->ip)) {
        if (handle_inside(context, signal, c))
            return;
        repair_gs(context);
    } else if (signal != STUB_SIGNAL) {
        classify(context, signal, info, c);
        repair_gs(context);
    } else if (atomic_load(&context->stop)) {
        context->trap = STUB_TRAP_STOPPED;
    } else {
        return; /* meant for an earlier run */
    }
    save(context, c);
    stub_post(context);
    stub_wait(context);
    restore(context, c);
}

/* struct sigaction as rt_sigaction takes it. */
struct kernel_action {
    void (*handler)(int, siginfo_t *, void *);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

void stub_signals_init(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, STUB_SIGNAL};
    struct kernel_action action;
    /* One by one: a constant with addresses in it would need relocation. */
    action.handler = handler;
    action.flags = SA_SIGINFO | SA_ONSTACK | SA_RESTORER;
    action.restorer = stub_restorer;
    action.mask = ~0UL;
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        if (SYS4(__NR_rt_sigaction, signals[i], &action, 0, 8) != 0)
            stub_die(6);
}
