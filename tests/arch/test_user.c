/* test_user.c: do user contexts keep their registers, trap for the right reasons, and obey timers and kicks? */

#include "player.h"
#include "suites.h"

static void test_gate_passes_number_arguments_and_result(void **state)
{
    struct player p;
    struct thread user;
    uint64_t args[6];
    player_open(&p);
    player_thread(&p, &user, guest(gate_once), 0);
    player_expect_syscall(&p, &user, 7, args);
    for (unsigned i = 0; i < 6; i++)
        assert_int_equal(args[i], i + 1);
    arch_user_result(&user.user, -ERR_NOENT);
    player_expect_syscall(&p, &user, 8, args);
    assert_int_equal((int64_t)args[0], -ERR_NOENT);
    arch_user_fini(&user.user);
    player_close(&p);
}

static void test_gate_preserves_registers(void **state)
{
    struct player p;
    struct thread user;
    uint64_t args[6];
    player_open(&p);
    player_thread(&p, &user, guest(registers), 0x1122334455667788);
    for (unsigned i = 0; i < 2000; i++) {
        player_expect_syscall(&p, &user, 9, NULL);
        player_expect_syscall(&p, &user, 10, args);
        assert_int_equal(args[0], 0);
    }
    arch_user_fini(&user.user);
    player_close(&p);
}

static void test_raw_syscall_traps_with_number_and_arguments(void **state)
{
    static const uint64_t numbers[] = {0, 39, 60, 231, 56, 15, 202, UINT64_MAX, 0x40000001, 1000};
    for (unsigned i = 0; i < ARRAY_COUNT(numbers); i++) {
        struct player p;
        struct thread user;
        uint64_t args[6];
        player_open(&p);
        player_thread(&p, &user, guest(raw_syscall), numbers[i]);
        player_expect_syscall(&p, &user, numbers[i], args);
        for (unsigned k = 0; k < 6; k++)
            assert_int_equal(args[k], k + 1);
        arch_user_result(&user.user, 4711);
        player_expect_syscall(&p, &user, 13, args);
        assert_int_equal(args[0], 4711);
        assert_int_equal(args[1], 0x77);
        arch_user_fini(&user.user);
        player_close(&p);
    }
}

static void expect_fault(uint64_t entry, uint64_t arg, enum fault_kind kind, uint64_t addr,
                         unsigned access, uint64_t rip)
{
    struct player p;
    struct thread user;
    struct trap trap;
    struct user_regs regs;
    player_open(&p);
    player_thread(&p, &user, entry, arg);
    player_run(&p, &user, &trap);
    assert_int_equal(trap.kind, TRAP_FAULT);
    assert_int_equal(trap.fault, kind);
    if (kind == FAULT_PAGE) {
        assert_int_equal(trap.addr, addr);
        assert_int_equal(trap.access, access);
    }
    arch_user_get(&user.user, &regs);
    if (rip)
        assert_int_equal(regs.rip, rip);
    arch_user_fini(&user.user);
    player_close(&p);
}

static void test_int80_is_a_protection_fault_at_its_address(void **state)
{
    expect_fault(guest(int80), 0, FAULT_PROTECTION, 0, 0, guest(int80) + 5);
}

static void test_faults_carry_address_and_access(void **state)
{
    expect_fault(guest(load), 0, FAULT_PAGE, 0, MAP_PROT_READ, guest(load));
    expect_fault(guest(store), 0x18, FAULT_PAGE, 0x18, MAP_PROT_WRITE, guest(store));
    expect_fault(guest(store), CODE + 5, FAULT_PAGE, CODE + 5, MAP_PROT_WRITE, guest(store));
    expect_fault(guest(jump), 0x30000, FAULT_PAGE, 0x30000, MAP_PROT_EXEC, 0x30000);
    expect_fault(guest(jump), DATA, FAULT_PAGE, DATA, MAP_PROT_EXEC, DATA);
    expect_fault(guest(load), DYAD_USER_END - 8, FAULT_PAGE, DYAD_USER_END - 8, MAP_PROT_READ,
                 guest(load));
    expect_fault(guest(load), 0x7fffffff0000, FAULT_PAGE, 0x7fffffff0000, MAP_PROT_READ, 0);
    expect_fault(guest(load), 0xffffffff81000000, FAULT_PAGE, 0xffffffff81000000, MAP_PROT_READ, 0);
}

static void test_exceptions_have_their_kind(void **state)
{
    expect_fault(guest(divide), 0, FAULT_DIVIDE, 0, 0, guest(divide) + 9);
    expect_fault(guest(illegal), 0, FAULT_ILLEGAL, 0, 0, guest(illegal));
    expect_fault(guest(breakpoint), 0, FAULT_BREAKPOINT, 0, 0, guest(breakpoint) + 1);
    expect_fault(guest(noncanonical), 0, FAULT_PROTECTION, 0, 0, 0);
    expect_fault(guest(x87_divide), 0, FAULT_FPU, 0, 0, 0);
}

static void test_guest_that_spoils_gs_only_harms_itself(void **state)
{
    struct player p;
    struct thread user;
    struct trap trap;
    struct user_regs regs;
    player_open(&p);
    player_thread(&p, &user, guest(wild_gs), 0);
    player_run(&p, &user, &trap);
    assert_true(trap.kind == TRAP_FAULT || trap.kind == TRAP_SYSCALL);
    arch_user_get(&user.user, &regs); /* its signal handler can go on */
    regs.rip = guest(gate_once);
    regs.rsp = STACK_TOP - 64;
    assert_int_equal(arch_user_set(&user.user, &regs), 0);
    player_expect_syscall(&p, &user, 7, NULL);
    arch_user_fini(&user.user);
    player_close(&p);
}

static void test_guest_that_jumps_into_the_stub_only_harms_itself(void **state)
{
    struct player p;
    struct thread user;
    struct trap trap;
    player_open(&p);
    player_thread(&p, &user, guest(jump_into_stub), 0);
    arch_timer_arm(arch_time_ns(DYAD_CLOCK_MONOTONIC) + 20000000);
    arch_user_run(&user.user, &p.space.arch, &trap);
    arch_timer_arm(UINT64_MAX);
    arch_user_fini(&user.user);
    player_close(&p);
    test_gate_passes_number_arguments_and_result(state);
}

static void test_fault_is_retried_after_a_map(void **state)
{
    struct player p;
    struct thread user;
    struct trap trap;
    player_open(&p);
    uint64_t page = player_pages(1);
    player_thread(&p, &user, guest(store), 0x40000000);
    player_run(&p, &user, &trap);
    assert_int_equal(trap.kind, TRAP_FAULT);
    assert_int_equal(
        arch_space_map(&p.space.arch, 0x40000000, page, 1, MAP_PROT_READ | MAP_PROT_WRITE), 0);
    player_expect_syscall(&p, &user, 14, NULL);
    assert_int_equal(*(uint8_t *)arch_phys_ptr(page), 0x5a);
    arch_user_fini(&user.user);
    player_close(&p);
    player_free(page, 1);
}

static void test_preemption_preserves_integer_fpu_and_flags(void **state)
{
    struct player p;
    struct thread user;
    struct trap trap;
    uint64_t number, args[6];
    unsigned timers = 0;
    player_open(&p);
    player_thread(&p, &user, guest(fpu_loop), 5000000);
    do {
        arch_timer_arm(arch_time_ns(DYAD_CLOCK_MONOTONIC) + 100000);
        arch_user_run(&user.user, &p.space.arch, &trap);
        timers += trap.kind == TRAP_TIMER;
    } while (trap.kind != TRAP_SYSCALL && trap.kind != TRAP_FAULT);
    arch_timer_arm(UINT64_MAX);
    assert_int_equal(trap.kind, TRAP_SYSCALL);
    arch_user_args(&user.user, &number, args);
    assert_int_equal(number, 11);
    assert_int_equal(args[0], 0);
    assert_true(timers > 100);
    arch_user_fini(&user.user);
    player_close(&p);
}

/* A kick may be reported that nobody has sent. */
static void run_until_told(struct player *p, struct thread *t, struct trap *trap)
{
    do
        arch_user_run(&t->user, &p->space.arch, trap);
    while (trap->kind == TRAP_KICK || trap->kind == TRAP_IRQ);
}

static void test_timer_stops_a_loop_on_time(void **state)
{
    struct player p;
    struct thread user;
    struct trap trap;
    player_open(&p);
    player_thread(&p, &user, guest(spin), 0);
    uint64_t start = arch_time_ns(DYAD_CLOCK_MONOTONIC);
    arch_timer_arm(start + 5000000);
    run_until_told(&p, &user, &trap);
    uint64_t took = arch_time_ns(DYAD_CLOCK_MONOTONIC) - start;
    assert_int_equal(trap.kind, TRAP_TIMER);
    assert_true(took >= 5000000 && took < 1000000000);
    arch_timer_arm(arch_time_ns(DYAD_CLOCK_MONOTONIC)); /* in the past: at once */
    run_until_told(&p, &user, &trap);
    assert_int_equal(trap.kind, TRAP_TIMER);
    arch_user_fini(&user.user);
    player_close(&p);
}

static void test_tls_is_kept_and_set(void **state)
{
    struct player p;
    struct thread user;
    uint64_t args[6];
    struct user_regs regs;
    struct trap trap;
    player_open(&p);
    uint64_t *data = player_data(&p);
    data[0] = 0xabcdef;
    data[512] = 0x123456;
    player_thread_tls(&p, &user, guest(fs_loop), 1000000, DATA);
    for (;;) {
        arch_timer_arm(arch_time_ns(DYAD_CLOCK_MONOTONIC) + 100000);
        run_until_told(&p, &user, &trap);
        if (trap.kind != TRAP_TIMER)
            break;
        arch_user_get(&user.user, &regs);
        assert_int_equal(regs.fs_base, DATA);
    }
    arch_timer_arm(UINT64_MAX);
    uint64_t number;
    arch_user_args(&user.user, &number, args);
    assert_int_equal(number, 12);
    assert_int_equal(args[0], 0);
    assert_int_equal(args[1], 0xabcdef);
    arch_user_get(&user.user, &regs);
    assert_int_equal(regs.fs_base, DATA);
    regs.fs_base =
        DATA + DYAD_PAGE_SIZE; /* every read now differs from what the program remembers */
    assert_int_equal(arch_user_set(&user.user, &regs), 0);
    player_expect_syscall(&p, &user, 12, args);
    assert_int_equal(args[0], 1000000);
    arch_user_fini(&user.user);
    player_close(&p);
}

static void fill_regs(struct user_regs *regs, uint64_t base)
{
    uint64_t *words = (uint64_t *)regs;
    for (unsigned i = 0; i < 16; i++)
        words[i] = base + i;
    regs->rsp = STACK_TOP - 128;
}

/* Whether set after a trap of either path restores everything exactly: the loop at `spin` changes nothing. */
static void check_set_restores(struct player *p, struct thread *user)
{
    struct trap trap;
    struct user_regs want, got;
    arch_user_get(&user->user, &want);
    fill_regs(&want, 0x5555000000000000);
    want.rip = guest(spin);
    want.rflags = 0x202 | 0x801; /* overflow and carry */
    assert_int_equal(arch_user_set(&user->user, &want), 0);
    arch_timer_arm(arch_time_ns(DYAD_CLOCK_MONOTONIC) + 200000);
    run_until_told(p, user, &trap);
    assert_int_equal(trap.kind, TRAP_TIMER);
    arch_user_get(&user->user, &got);
    got.rip = want.rip; /* either instruction of the loop */
    got.rflags &= ~0x10000UL;
    assert_memory_equal(&want, &got, sizeof(got));
}

static void test_set_restores_every_register(void **state)
{
    struct player p;
    struct thread user;
    player_open(&p);
    player_thread(&p, &user, guest(gate_once), 0);
    for (unsigned i = 0; i < 50; i++) {
        player_expect_syscall(&p, &user, 7, NULL); /* by the gate */
        check_set_restores(&p, &user);
        check_set_restores(&p, &user); /* by the handler */
        struct user_regs regs;
        arch_user_get(&user.user, &regs);
        regs.rip = guest(gate_once);
        assert_int_equal(arch_user_set(&user.user, &regs), 0);
    }
    arch_user_fini(&user.user);
    player_close(&p);
}

static void test_set_refuses_a_bad_rip_and_privileged_flags(void **state)
{
    static const uint64_t bad[] = {0x8000000000000000, 0xffffffff81000000, 0x800000000000,
                                   0x700000002000};
    struct player p;
    struct thread user;
    struct user_regs regs, before, after;
    player_open(&p);
    player_thread(&p, &user, guest(spin), 0);
    arch_user_get(&user.user, &before);
    for (unsigned i = 0; i < ARRAY_COUNT(bad); i++) {
        regs = before;
        regs.rip = bad[i];
        regs.rax = 1;
        assert_int_equal(arch_user_set(&user.user, &regs), -ERR_INVAL);
        arch_user_get(&user.user, &after);
        assert_memory_equal(&before, &after, sizeof(after));
    }
    regs = before;
    regs.rflags = 0x3000 | 0x20000 | 0x200; /* IOPL 3, virtual 8086 */
    assert_int_equal(arch_user_set(&user.user, &regs), 0);
    arch_user_get(&user.user, &after);
    assert_int_equal(after.rflags & 0x23000, 0);
    assert_int_equal(after.rflags & 0x200, 0x200);
    arch_user_fini(&user.user);
    player_close(&p);
}

static void test_fork_copies_registers_and_control_words(void **state)
{
    struct player p, q;
    struct thread parent, child;
    struct user_regs a, b;
    uint64_t args[6];
    player_open(&p);
    player_open(&q);
    player_thread(&p, &parent, guest(control_words), 99);
    player_expect_syscall(&p, &parent, 15, NULL);
    player_fork(&q, &child, &parent);
    arch_user_get(&parent.user, &a);
    arch_user_get(&child.user, &b);
    assert_memory_equal(&a, &b, sizeof(a));
    memcpy(arch_phys_ptr(q.stack), arch_phys_ptr(p.stack), STACK_PAGES * DYAD_PAGE_SIZE);
    arch_user_result(&parent.user, 5);
    arch_user_result(&child.user, 0);
    player_expect_syscall(&q, &child, 16, args);
    assert_int_equal(args[0] & 0xffc0, 0x7f80);
    assert_int_equal(args[1], 0xe7f);
    player_expect_syscall(&p, &parent, 16, args);
    assert_int_equal(args[0] & 0xffc0, 0x7f80);
    assert_int_equal(args[1], 0xe7f);
    arch_user_fini(&child.user);
    arch_user_fini(&parent.user);
    player_close(&q);
    player_close(&p);
}

static void test_fresh_context_has_a_clean_fpu(void **state)
{
    struct player p;
    struct thread user;
    uint64_t args[6];
    player_open(&p);
    player_thread(&p, &user, guest(control_words), 0);
    player_expect_syscall(&p, &user, 15, NULL);
    arch_user_fini(&user.user);
    struct user_regs regs;
    player_thread(&p, &user, guest(control_words), 0); /* the same Linux thread again */
    arch_user_get(&user.user, &regs);
    assert_int_equal(regs.rbx, 0);
    player_expect_syscall(&p, &user, 15, NULL);
    arch_user_fini(&user.user);
    player_thread(&p, &user, guest(fp_divide), 0);
    struct trap trap;
    player_run(&p, &user, &trap);
    assert_int_equal(trap.kind, TRAP_FAULT);
    arch_user_fini(&user.user);
    player_thread_tls(&p, &user, guest(fs_loop), 10, DATA);
    player_expect_syscall(&p, &user, 12, args);
    arch_user_fini(&user.user);
    player_close(&p);
}

static void test_kick_before_run_returns_at_once(void **state)
{
    struct player p;
    struct thread user;
    struct trap trap;
    player_open(&p);
    player_thread(&p, &user, guest(spin), 0);
    arch_cpu_kick(arch_cpu_self());
    arch_user_run(&user.user, &p.space.arch, &trap);
    assert_int_equal(trap.kind, TRAP_KICK);
    arch_cpu_kick(arch_cpu_self());
    arch_cpu_idle();
    arch_timer_arm(arch_time_ns(DYAD_CLOCK_MONOTONIC) + 2000000);
    arch_cpu_idle();
    run_until_told(&p, &user, &trap);
    assert_int_equal(trap.kind, TRAP_TIMER);
    arch_user_fini(&user.user);
    player_close(&p);
}

const struct CMUnitTest user_tests[] = {
    cmocka_unit_test(test_gate_passes_number_arguments_and_result),
    cmocka_unit_test(test_gate_preserves_registers),
    cmocka_unit_test(test_raw_syscall_traps_with_number_and_arguments),
    cmocka_unit_test(test_int80_is_a_protection_fault_at_its_address),
    cmocka_unit_test(test_faults_carry_address_and_access),
    cmocka_unit_test(test_exceptions_have_their_kind),
    cmocka_unit_test(test_guest_that_spoils_gs_only_harms_itself),
    cmocka_unit_test(test_guest_that_jumps_into_the_stub_only_harms_itself),
    cmocka_unit_test(test_fault_is_retried_after_a_map),
    cmocka_unit_test(test_preemption_preserves_integer_fpu_and_flags),
    cmocka_unit_test(test_timer_stops_a_loop_on_time),
    cmocka_unit_test(test_tls_is_kept_and_set),
    cmocka_unit_test(test_set_restores_every_register),
    cmocka_unit_test(test_set_refuses_a_bad_rip_and_privileged_flags),
    cmocka_unit_test(test_fork_copies_registers_and_control_words),
    cmocka_unit_test(test_fresh_context_has_a_clean_fpu),
    cmocka_unit_test(test_kick_before_run_returns_at_once),
};
const size_t user_test_count = ARRAY_COUNT(user_tests);
