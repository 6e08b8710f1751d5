/* sigaction.c: what a signal does. The kernel only knows which are caught, ignored or on the alternate stack. */
#include <signal.h>
#include "internal/signals.h"
#include "internal/startup.h"

static int64_t set_entry_locked(void)
{
    if (__signals.entry_set)
        return 0;
    __signal_xsave_size = __auxv_get(AT_DYAD_XSAVE);
    int64_t result = dyad_signal_control(SIGNAL_SET_ENTRY, (uint64_t)(uintptr_t)&__signal_entry, 0);
    __signals.entry_set = result >= 0;
    return result;
}

static void set_bit(uint64_t *set, uint64_t bit, bool on)
{
    *set = on ? *set | bit : *set & ~bit;
}

/* POSIX 2.4.3: what is pending when it begins to be ignored is discarded. All signals are blocked here, so none escapes. */
static void discard_pending(uint64_t bit)
{
    struct signal_wait wait = {.set = bit, .deadline = 0};
    while (dyad_signal_control(SIGNAL_WAIT, dyad_arg(&wait), 0) > 0)
        ;
}

static int64_t set_locked(int sig, const struct signal_action *action)
{
    uint64_t bit = DYAD_SIGNAL_BIT(sig);
    bool ignored = action->handler == SIG_IGN, caught = !ignored && action->handler != SIG_DFL;
    struct signal_actions kernel = __signals.kernel;
    int64_t result = caught ? set_entry_locked() : 0;
    set_bit(&kernel.caught, bit, caught);
    set_bit(&kernel.ignored, bit, ignored);
    set_bit(&kernel.onstack, bit, caught && (action->flags & SA_ONSTACK));
    if (sig == SIGCHLD) {
        set_bit(&kernel.children, SIGNAL_CHILDREN_NO_STOPS, action->flags & SA_NOCLDSTOP);
        set_bit(&kernel.children, SIGNAL_CHILDREN_NO_ZOMBIES, action->flags & SA_NOCLDWAIT);
    }
    if (result >= 0)
        result = dyad_signal_control(SIGNAL_SET_ACTIONS, dyad_arg(&kernel), 0);
    if (result < 0)
        return result;
    if (ignored && !(__signals.kernel.ignored & bit))
        discard_pending(bit);
    __signals.kernel = kernel;
    __signals.actions[sig] = *action;
    return 0;
}

/* A new image starts with what was ignored before it; the kernel knows that, the table does not. */
static void inherit_ignored_locked(void)
{
    static bool done;
    struct process_info info;
    if (done)
        return;
    done = true;
    if (dyad_process_control(HANDLE_NONE, PROCESS_INFO, dyad_arg(&info), sizeof info) < 0)
        return;
    __signals.kernel.ignored = info.signals_ignored;
    for (int sig = 1; sig < NSIG; sig++) {
        if (info.signals_ignored & DYAD_SIGNAL_BIT(sig))
            __signals.actions[sig].handler = SIG_IGN;
    }
}

int64_t __signal_action_set(int sig, const struct signal_action *action, struct signal_action *old)
{
    int64_t result = 0;
    uint64_t mask = __signals_block_all();
    libc_lock(&__signals.lock);
    inherit_ignored_locked();
    if (old)
        *old = __signals.actions[sig];
    if (action)
        result = set_locked(sig, action);
    libc_unlock(&__signals.lock);
    __signals_restore(mask);
    return result;
}

int sigaction(int sig, const struct sigaction *restrict action, struct sigaction *restrict old)
{
    struct signal_action before;
    if (!__signal_valid(sig) || (DYAD_SIGNAL_BIT(sig) & SIGNALS_INTERNAL) ||
        (action && (DYAD_SIGNAL_BIT(sig) & DYAD_SIGNALS_FORCED)))
        return (int)__result(-ERR_INVAL);
    struct signal_action wanted = {0};
    if (action)
        wanted =
            (struct signal_action){action->sa_handler, action->sa_mask.__bits, action->sa_flags};
    int64_t result = __signal_action_set(sig, action ? &wanted : NULL, &before);
    if (result >= 0 && old) {
        *old = (struct sigaction){.sa_mask.__bits = before.mask, .sa_flags = before.flags};
        old->sa_handler = before.handler;
    }
    return (int)__result(result);
}
