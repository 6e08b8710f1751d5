/* timer.h: per-core timers, fired by the core's loop. */
#pragma once
#include "core/kobject.h"
#include "core/tree.h"

struct cpu;

struct timer {
    struct tree_node node;  /* key: deadline; guarded by cpu's timer lock */
    struct cpu *cpu;        /* where it is armed; NULL: not armed. Guarded by the owner */
    struct kobject *object; /* keeps the timer's memory alive while it fires */
    uint64_t sequence;      /* the owner's number of this arming, passed to fire */
    /* Called on the core by its loop, without locks and with a reference to object. The timer may have been
     * disarmed or armed again meanwhile: fire compares sequence under the owner's lock. */
    void (*fire)(struct timer *timer, uint64_t sequence);
};

/* On the calling core. The timer is not armed. Takes LOCK_TIMER. */
void timer_arm(struct machine *machine, struct timer *timer, uint64_t deadline_ns,
               uint64_t sequence);
/* Harmless when not armed. After it returns fire will not start with the old sequence, but may be running. */
void timer_disarm(struct timer *timer);
/* Fire what is due on this core. No locks held. */
void timer_run(struct cpu *cpu, uint64_t now_ns);
/* The earliest deadline on this core: cpu.h's timer_next. */
