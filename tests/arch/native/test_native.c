/* test_native.c: what only a kernel has to keep: does nothing that user code does with the processor reach the kernel or another
 * program, and do system calls that are served without leaving the context behave like the others? */
#include "apic.h"
#include "cpu.h"
#include "native.h"
#include "x86.h"

#define KERNEL_FLAGS (RFLAGS_TF | RFLAGS_IF | RFLAGS_DF | RFLAGS_IOPL | RFLAGS_NT | RFLAGS_AC)

static uint64_t kernel_flags(void)
{
    uint64_t flags;
    __asm__ volatile("pushfq; popq %0" : "=r"(flags));
    return flags & KERNEL_FLAGS;
}

static void test_quick_call_keeps_every_register(void **state)
{
    struct player p;
    struct thread user;
    uint64_t args[6];
    player_open(&p);
    player_thread(&p, &user, guest(quick), 0x1122334455667788);
    for (unsigned i = 0; i < 20; i++) {
        player_expect_syscall(&p, &user, 10, args);
        assert_int_equal(args[0], 0);
        arch_user_result(&user.user, 0);
    }
    arch_user_fini(&user.user);
    player_close(&p);
}

/* 64 more than the number of one that is served, which has the same bit in the mask. */
static void test_call_that_is_not_served_arrives_whole(void **state)
{
    struct player p;
    struct thread user;
    struct user_regs before, after;
    uint64_t args[6];
    player_open(&p);
    player_thread(&p, &user, guest(raw_syscall), NATIVE_QUICK_CALL + 64);
    arch_user_get(&user.user, &before);
    before.rbp = 0x5555, before.r12 = 0x1212, before.r13 = 0x1313, before.r14 = 0x1414;
    before.r15 = 0x1515;
    assert_int_equal(arch_user_set(&user.user, &before), 0);
    player_expect_syscall(&p, &user, NATIVE_QUICK_CALL + 64, args);
    for (unsigned i = 0; i < 6; i++)
        assert_int_equal(args[i], i + 1);
    arch_user_get(&user.user, &after);
    assert_int_equal(after.rbx, 0x77);
    assert_int_equal(after.rbp, 0x5555);
    assert_int_equal(after.rsp, before.rsp);
    assert_int_equal(after.r12, 0x1212);
    assert_int_equal(after.r13, 0x1313);
    assert_int_equal(after.r14, 0x1414);
    assert_int_equal(after.r15, 0x1515);
    arch_user_fini(&user.user);
    player_close(&p);
}

static void test_timer_stops_a_program_that_makes_quick_calls(void **state)
{
    struct player p;
    struct thread user;
    struct trap trap;
    player_open(&p);
    player_thread(&p, &user, guest(quick), 1);
    for (unsigned timers = 0; timers < 200;) {
        arch_timer_arm(arch_time_ns(DYAD_CLOCK_MONOTONIC) + 50000);
        arch_user_run(&user.user, &p.space.arch, &trap);
        timers += trap.kind == TRAP_TIMER;
        if (trap.kind == TRAP_SYSCALL) {
            uint64_t number, args[6];
            arch_user_args(&user.user, &number, args);
            assert_int_equal(args[0], 0);
        }
    }
    arch_timer_arm(UINT64_MAX);
    arch_user_fini(&user.user);
    player_close(&p);
}

/* ---- what user code may not do ---- */

enum { NOTHING = -1 }; /* nothing stops it, and nothing comes of it */

static void expect_hostile(uint64_t number, int expected)
{
    struct player p;
    struct thread user;
    struct trap trap;
    player_open(&p);
    player_thread(&p, &user, guest(hostile), number);
    player_run(&p, &user, &trap);
    assert_int_equal(kernel_flags(), 0);
    if (expected == NOTHING) {
        uint64_t call, args[6];
        assert_int_equal(trap.kind, TRAP_SYSCALL);
        arch_user_args(&user.user, &call, args);
        assert_int_equal(call, 18);
        assert_int_equal(args[0] & (RFLAGS_IF | RFLAGS_IOPL), RFLAGS_IF);
    } else {
        CHECK(trap.kind == TRAP_FAULT && trap.fault == (enum fault_kind)expected,
              "the attempt with that number ends in its fault", number,
              trap.kind == TRAP_FAULT ? trap.fault : 100U + trap.kind);
    }
    arch_user_fini(&user.user);
    player_close(&p);
}

static bool is_far_return(uint64_t number)
{
    return number == 24 || number == 25;
}

/* See below, or XSETBV, which some do not have. */
static bool is_special(uint64_t number)
{
    return number == 23 || (number >= 28 && number <= 30);
}

/* guest.S: hostile */
static void test_privileged_instructions_are_faults(void **state)
{
    for (uint64_t number = 0; number <= 31; number++)
        if (!is_far_return(number) && !is_special(number))
            expect_hostile(number, FAULT_PROTECTION);
    expect_hostile(41, FAULT_ILLEGAL);
    expect_hostile(42, FAULT_ILLEGAL);
    expect_hostile(43, FAULT_ILLEGAL);
    expect_hostile(44, NOTHING);
    expect_hostile(46, NOTHING);
}

/* To the kernel's segments, to a 32-bit one (whose system calls go elsewhere), and with flags that are not the user's. */
static void test_far_returns_are_faults_or_harmless(void **state)
{
    if (features
            .smap) /* QEMU before 9.1 reads the stack for them as the kernel would, and SMAP forbids it */
        return;
    expect_hostile(24, FAULT_PROTECTION);
    expect_hostile(25, FAULT_PROTECTION);
    expect_hostile(33, FAULT_PROTECTION);
    expect_hostile(34, FAULT_PROTECTION);
    expect_hostile(45, NOTHING);
}

/* Processors differ in which fault it is, or (QEMU) whether it is one. */
static void expect_harmless(uint64_t number)
{
    struct player p;
    struct thread user;
    struct trap trap;
    player_open(&p);
    player_thread(&p, &user, guest(hostile), number);
    player_run(&p, &user, &trap);
    assert_true(trap.kind == TRAP_FAULT || trap.kind == TRAP_SYSCALL);
    assert_int_equal(kernel_flags(), 0);
    arch_user_fini(&user.user);
    player_close(&p);
}

static void test_addresses_out_of_range_harm_nobody(void **state)
{
    expect_harmless(23);
    expect_harmless(28); /* FS base */
    expect_harmless(29); /* the stack */
    expect_harmless(30); /* the last byte of the lower half: the next instruction is not in it */
}

static void test_sysenter_harms_nobody(void **state)
{
    expect_harmless(32);
}

static void test_int1_harms_nobody(void **state)
{
    expect_harmless(40);
}

static void test_addresses_of_tables_are_hidden(void **state)
{
    for (uint64_t number = 35; number <= 39; number++)
        expect_hostile(number, features.umip ? FAULT_PROTECTION : NOTHING);
}

/* ---- flags ---- */

static void run_with_flags(uint64_t flags)
{
    struct player p;
    struct thread user;
    struct trap trap;
    unsigned calls = 0;
    player_open(&p);
    player_thread(&p, &user, guest(flags), flags);
    while (calls < 20) {
        player_run(&p, &user, &trap);
        assert_int_equal(kernel_flags(), 0);
        if (trap.kind == TRAP_FAULT) {
            assert_true(flags & RFLAGS_TF);
            assert_int_equal(trap.fault, FAULT_BREAKPOINT);
            continue;
        }
        assert_int_equal(trap.kind, TRAP_SYSCALL);
        struct user_regs regs;
        arch_user_get(&user.user, &regs);
        assert_int_equal(regs.rflags & RFLAGS_IOPL, 0);
        assert_int_equal(regs.rflags & RFLAGS_IF, RFLAGS_IF);
        if (calls++ & 1) /* every other time back with every register */
            assert_int_equal(arch_user_set(&user.user, &regs), 0);
    }
    arch_user_fini(&user.user);
    player_close(&p);
}

static void test_kernel_never_runs_with_the_flags_of_the_user(void **state)
{
    static const uint64_t flags[] = {RFLAGS_TF,   RFLAGS_DF, RFLAGS_NT, RFLAGS_AC,
                                     RFLAGS_IOPL, 1UL << 21, 1UL << 16};
    for (unsigned i = 0; i < ARRAY_COUNT(flags); i++)
        run_with_flags(RFLAGS_FIXED | flags[i]);
    run_with_flags(RFLAGS_FIXED | RFLAGS_DF | RFLAGS_NT | RFLAGS_AC | RFLAGS_TF);
}

/* ---- GS and FS ---- */

/* One context after the other on this core, each of which spoils its GS base. */
static void test_gs_base_does_not_reach_another_context(void **state)
{
    struct player p;
    struct thread user[2];
    uint64_t args[6];
    if (!features.fsgsbase)
        return;
    player_open(&p);
    for (unsigned i = 0; i < 2; i++)
        player_thread(&p, &user[i], guest(gs_is_zero), 0);
    for (unsigned i = 0; i < 20; i++) {
        player_expect_syscall(&p, &user[i & 1], 17, args);
        assert_int_equal(args[0], 0);
        assert_true(this_core() == cores[0]);
    }
    for (unsigned i = 0; i < 2; i++)
        arch_user_fini(&user[i].user);
    player_close(&p);
}

/* ---- interrupts that cannot be forbidden ---- */

static _Atomic bool nmi_stop;

static void run_quick(void *argument)
{
    struct pair *pair = argument;
    uint64_t args[6];
    while (!atomic_load(&nmi_stop)) {
        player_expect_syscall(pair->p, pair->user, 10, args);
        assert_int_equal(args[0], 0);
        arch_user_result(&pair->user->user, 0);
    }
    arch_user_leave(&pair->user->user);
}

/* Wherever they come, between any two instructions of the way in and out, NMIs that mean nothing change nothing. */
static void test_stray_nmis_change_nothing(void **state)
{
    struct player p;
    struct thread user;
    struct pair pair = {.p = &p, .user = &user};
    player_open(&p);
    player_thread(&p, &user, guest(quick), 77);
    atomic_store(&nmi_stop, false);
    player_start(1, run_quick, &pair);
    for (unsigned i = 0; i < 20000; i++) {
        apic_send_nmi(cores[1]->apic_id);
        for (unsigned k = 0; k < i % 64; k++)
            arch_cpu_relax(k);
    }
    atomic_store(&nmi_stop, true);
    player_join(1);
    arch_user_fini(&user.user);
    player_close(&p);
}

const struct CMUnitTest native_tests[] = {
    cmocka_unit_test(test_quick_call_keeps_every_register),
    cmocka_unit_test(test_call_that_is_not_served_arrives_whole),
    cmocka_unit_test(test_timer_stops_a_program_that_makes_quick_calls),
    cmocka_unit_test(test_privileged_instructions_are_faults),
    cmocka_unit_test(test_far_returns_are_faults_or_harmless),
    cmocka_unit_test(test_sysenter_harms_nobody),
    cmocka_unit_test(test_int1_harms_nobody),
    cmocka_unit_test(test_addresses_out_of_range_harm_nobody),
    cmocka_unit_test(test_addresses_of_tables_are_hidden),
    cmocka_unit_test(test_kernel_never_runs_with_the_flags_of_the_user),
    cmocka_unit_test(test_gs_base_does_not_reach_another_context),
    cmocka_unit_test(test_stray_nmis_change_nothing),
};
const size_t native_test_count = ARRAY_COUNT(native_tests);
