/* bench_arch.c: what the crossings of the boundary cost, without a core: lines of "name ns". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hosted/player_hosted.h"

#define ROUNDS 7

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static uint64_t now(void)
{
    return arch_time_ns(DYAD_CLOCK_MONOTONIC);
}

static void report(const char *name, double (*measure)(unsigned n), unsigned n)
{
    double all[ROUNDS];
    for (unsigned i = 0; i < ROUNDS; i++)
        all[i] = measure(n);
    qsort(all, ROUNDS, sizeof(all[0]), compare);
    printf("%-24s %10.0f ns   (%.0f to %.0f)\n", name, all[ROUNDS / 2], all[0], all[ROUNDS - 1]);
}

/* One context that calls again and again. */
static double null_syscall(unsigned n)
{
    struct player p;
    struct thread user;
    player_open(&p);
    player_thread(&p, &user, guest(null_loop), 0);
    player_expect_syscall(&p, &user, 0, NULL);
    uint64_t start = now();
    for (unsigned i = 0; i < n; i++) {
        arch_user_result(&user.user, 0);
        player_expect_syscall(&p, &user, 0, NULL);
    }
    uint64_t end = now();
    arch_user_fini(&user.user);
    player_close(&p);
    return (double)(end - start) / n;
}

/* Two spaces in turn, as a call and its reply do. One step is one direction. */
static double handover(unsigned n)
{
    struct player p[2];
    struct thread user[2];
    for (unsigned i = 0; i < 2; i++) {
        player_open(&p[i]);
        player_thread(&p[i], &user[i], guest(null_loop), 0);
        player_expect_syscall(&p[i], &user[i], 0, NULL);
    }
    uint64_t start = now();
    for (unsigned i = 0; i < n; i++) {
        unsigned k = i & 1;
        arch_user_result(&user[k].user, 0);
        player_expect_syscall(&p[k], &user[k], 0, NULL);
        arch_user_leave(&user[k].user);
    }
    uint64_t end = now();
    for (unsigned i = 0; i < 2; i++) {
        arch_user_fini(&user[i].user);
        player_close(&p[i]);
    }
    return (double)(end - start) / n;
}

static double page_fault(unsigned n)
{
    struct player p;
    struct thread user;
    struct trap trap;
    player_open(&p);
    uint64_t pages = player_pages(n);
    player_thread(&p, &user, guest(store), 0x40000000);
    uint64_t start = now();
    for (unsigned i = 0; i < n; i++) {
        struct user_regs regs;
        arch_user_get(&user.user, &regs);
        regs.rip = guest(store);
        regs.rdi = 0x40000000 + i * 0x2000UL;
        (void)!arch_user_set(&user.user, &regs);
        player_run(&p, &user, &trap);
        assert_int_equal(trap.kind, TRAP_FAULT);
        assert_int_equal(arch_space_map(&p.space.arch, regs.rdi, pages + i * 0x1000UL, 1,
                                        MAP_PROT_READ | MAP_PROT_WRITE),
                         0);
        player_expect_syscall(&p, &user, 14, NULL);
    }
    uint64_t end = now();
    arch_user_fini(&user.user);
    player_close(&p);
    player_free(pages, n);
    return (double)(end - start) / n;
}

/* A space with one context that makes one call: the body's share of fork + exit + wait. */
static double spawn(unsigned n)
{
    uint64_t start = now();
    for (unsigned i = 0; i < n; i++) {
        struct player p;
        struct thread user;
        player_open(&p);
        player_thread(&p, &user, guest(gate_once), 0);
        player_expect_syscall(&p, &user, 7, NULL);
        arch_user_fini(&user.user);
        player_close(&p);
    }
    return (double)(now() - start) / n;
}

static double preemption(unsigned n)
{
    struct player p;
    struct thread user;
    struct trap trap;
    player_open(&p);
    player_thread(&p, &user, guest(spin), 0);
    uint64_t late = 0;
    for (unsigned i = 0; i < n; i++) {
        uint64_t due = now() + 100000;
        arch_timer_arm(due);
        do
            arch_user_run(&user.user, &p.space.arch, &trap);
        while (trap.kind != TRAP_TIMER);
        late += now() - due;
    }
    arch_timer_arm(UINT64_MAX);
    arch_user_fini(&user.user);
    player_close(&p);
    return (double)late / n;
}

static void busy_other_core(void *argument)
{
    _Atomic bool *stop = argument;
    while (!atomic_load(stop))
        handover(200);
}

int main(int argc, char **argv)
{
    player_boot();
    if (argc > 1) { /* the same while another core is as busy */
        static _Atomic bool stop;
        player_start(1, busy_other_core, &stop);
    }
    report("null syscall", null_syscall, 50000);
    report("hand-over", handover, 20000);
    report("page fault", page_fault, 2000);
    report("space, context, call", spawn, 300);
    report("preemption, late by", preemption, 500);
    fflush(stdout);
    arch_halt(0);
}
