/* dispatch.c: run a handler. Called by entry.S with every signal blocked; the interrupted state is in the frame. */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include "internal/signals.h"

/* A child's wait status as its parent is told. */
static int child_status(int code, int status)
{
    switch (code) {
    case CLD_EXITED: return WEXITSTATUS(status);
    case CLD_STOPPED: return WSTOPSIG(status);
    case CLD_CONTINUED: return SIGCONT;
    default: return WTERMSIG(status);
    }
}

void __signal_info_convert(const struct signal_info *from, siginfo_t *to)
{
    memset(to, 0, sizeof *to);
    to->si_signo = (int)from->signo;
    to->si_code = from->code;
    to->si_pid = (pid_t)from->pid;
    to->si_uid = from->uid;
    to->si_value.sival_ptr = (void *)from->value;
    switch (from->signo) {
    case SIGCHLD:
        if (from->code > 0)
            to->si_status = child_status(from->code, (int)from->value);
        break;
    case SIGILL:
    case SIGTRAP:
    case SIGBUS:
    case SIGFPE:
    case SIGSEGV: to->si_addr = (void *)from->value; break;
    }
}

/* gregs index of each register, in the order of struct user_regs. */
static const unsigned char register_index[] = {
    REG_RAX, REG_RBX, REG_RCX, REG_RDX, REG_RSI, REG_RDI, REG_RBP, REG_RSP, REG_R8,
    REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP, REG_EFL,
};

static void context_fill(const struct signal_frame *frame, void *fpu, ucontext_t *context)
{
    const uint64_t *regs = (const uint64_t *)&frame->regs;
    memset(context, 0, sizeof *context);
    for (size_t i = 0; i < ARRAY_COUNT(register_index); i++)
        context->uc_mcontext.gregs[register_index[i]] = (greg_t)regs[i];
    context->uc_mcontext.gregs[REG_CR2] = (greg_t)frame->info.value;
    context->uc_mcontext.fpregs = fpu;
    context->uc_sigmask.__bits = frame->mask;
    context->uc_stack.ss_flags = frame->stack_flags & 1 ? SS_ONSTACK : SS_DISABLE;
}

/* What the handler changed takes effect on return. */
static void context_take(const ucontext_t *context, struct signal_frame *frame)
{
    uint64_t *regs = (uint64_t *)&frame->regs;
    for (size_t i = 0; i < ARRAY_COUNT(register_index); i++)
        regs[i] = (uint64_t)context->uc_mcontext.gregs[register_index[i]];
    frame->mask = context->uc_sigmask.__bits;
}

static void run_with_info(void (*handler)(int), int sig, struct signal_frame *frame, void *fpu)
{
    siginfo_t info;
    ucontext_t context;
    __signal_info_convert(&frame->info, &info);
    context_fill(frame, fpu, &context);
    ((void (*)(int, siginfo_t *, void *))(void *)handler)(sig, &info, &context);
    context_take(&context, frame);
}

/* The action; SA_RESETHAND puts it back to its default at once. */
static struct signal_action take_action(int sig)
{
    libc_lock(&__signals.lock);
    struct signal_action action = __signals.actions[sig];
    if ((action.flags & (int)SA_RESETHAND) && sig != SIGILL && sig != SIGTRAP) {
        uint64_t bit = DYAD_SIGNAL_BIT(sig);
        __signals.actions[sig].handler = SIG_DFL;
        __signals.actions[sig].flags &= ~SA_SIGINFO;
        __signals.kernel.caught &= ~bit;
        __signals.kernel.onstack &= ~bit;
        dyad_signal_control(SIGNAL_SET_ACTIONS, dyad_arg(&__signals.kernel), 0);
    }
    libc_unlock(&__signals.lock);
    return action;
}

void __signal_dispatch(int sig, struct signal_frame *frame, void *fpu)
{
    struct thread *self = __thread_self();
    struct signal_action action = take_action(sig);
    if (action.handler == SIG_DFL || action.handler == SIG_IGN)
        return; /* another thread changed the action meanwhile */
    self->handlers++;
    if (!(action.flags & SA_RESTART))
        self->interruptions++;
    int saved = self->error;
    uint64_t mask = frame->blocked | action.mask;
    if (!(action.flags & SA_NODEFER))
        mask |= DYAD_SIGNAL_BIT(sig);
    dyad_signal_control(SIGNAL_SET_MASK, mask, 0);
    if (action.flags & SA_SIGINFO)
        run_with_info(action.handler, sig, frame, fpu);
    else
        action.handler(sig);
    self->error = saved;
}
