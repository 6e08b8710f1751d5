/* alarm.c: one real-time timer a process, for alarm() and setitimer(ITIMER_REAL). */
#include "servers/procd/procd.h"

#define SI_TIMER_CODE (-2)

void procd_rearm(struct procd *p)
{
    uint64_t earliest = UINT64_MAX;

    for (const struct process *process = p->first; process; process = process->next) {
        if (process->alarm_ns != 0 && process->alarm_ns < earliest)
            earliest = process->alarm_ns;
        if (process->life != LIFE_ZOMBIE && process->cpu_look_ns != 0 &&
            process->cpu_look_ns < earliest)
            earliest = process->cpu_look_ns;
    }
    p->ops->set_timer(p->context, earliest);
}

static uint64_t add_saturating(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - 1 - b ? UINT64_MAX - 1 : a + b;
}

uint64_t procd_alarm(struct procd *p, struct process *caller, uint64_t delay_ns,
                     uint64_t interval_ns)
{
    uint64_t now = p->ops->now(p->context), left = 0;

    if (caller->alarm_ns > now)
        left = caller->alarm_ns - now;
    else if (caller->alarm_ns != 0)
        left = 1; /* Due, but not yet delivered: 0 would say that there was none. */
    if (delay_ns > UINT64_MAX - 1 - now)
        delay_ns = UINT64_MAX - 1 - now;
    caller->alarm_ns = delay_ns == 0 ? 0 : now + delay_ns;
    caller->alarm_interval_ns = interval_ns;
    procd_rearm(p);
    return left;
}

void procd_alarm_clear(struct procd *p, struct process *process)
{
    if (process->alarm_ns == 0)
        return;
    process->alarm_ns = 0;
    procd_rearm(p);
}

/* The next time of an interval timer that is after `now`: missed rounds are one signal, not many. */
static uint64_t next_round(uint64_t due_ns, uint64_t interval_ns, uint64_t now)
{
    uint64_t rounds = (now - due_ns) / interval_ns;
    return add_saturating(due_ns + rounds * interval_ns, interval_ns);
}

void procd_tick(struct procd *p)
{
    const struct signal_info info = {.signo = DYAD_SIGALRM, .code = SI_TIMER_CODE};
    uint64_t now = p->ops->now(p->context);

    for (struct process *process = p->first; process; process = process->next) {
        if (process->alarm_ns == 0 || process->alarm_ns > now)
            continue;
        process->alarm_ns = process->alarm_interval_ns
                                ? next_round(process->alarm_ns, process->alarm_interval_ns, now)
                                : 0;
        (void)procd_signal(p, process, &info);
    }
    procd_limit_tick(p, now);
    procd_rearm(p);
}
