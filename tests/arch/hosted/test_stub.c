/* test_stub.c: what only the hosted body has to keep: are broken, dead and stopped stubs no harm to others? */
#include <signal.h>
#include <sys/types.h>

#include "../pair.h"
#include "stub_pool.h"
#include "../suites.h"

#define FAR_AWAY 0x40000000UL

static void test_thread_limit_is_an_ordinary_error(void **state)
{
    struct player p;
    static struct thread users[STUB_THREADS_MAX + 1];
    player_open(&p);
    unsigned count = 0;
    status_t status = 0;
    while (count <= STUB_THREADS_MAX) {
        status =
            arch_user_init(&users[count].user, &p.space.arch, guest(gate_once), STACK_TOP, 0, 0);
        if (status)
            break;
        count++;
    }
    assert_int_equal(status, -ERR_AGAIN);
    assert_true(count > 50);
    player_expect_syscall(&p, &users[0], 7, NULL);
    while (count)
        arch_user_fini(&users[--count].user);
    player_close(&p);
}

static void test_killed_stub_gives_lost_while_it_runs(void **state)
{
    for (unsigned i = 0; i < 20; i++) {
        struct player p;
        struct thread user;
        struct trap trap;
        player_open(&p);
        player_thread(&p, &user, guest(spin), 0);
        arch_timer_arm(arch_time_ns(DYAD_CLOCK_MONOTONIC) + 1000000 * (i & 1));
        arch_user_run(&user.user, &p.space.arch, &trap);
        arch_timer_arm(UINT64_MAX);
        kill(p.space.arch.stub->pid, SIGKILL);
        player_run(&p, &user, &trap);
        assert_int_equal(trap.kind, TRAP_LOST);
        arch_user_run(&user.user, &p.space.arch, &trap);
        assert_int_equal(trap.kind, TRAP_LOST);
        arch_user_fini(&user.user);
        player_close(&p);
    }
}

/* A guest that overwrites what it shares with the kernel may lose its own context, nothing else. */
static void test_guest_that_scribbles_on_the_shared_pages_only_harms_itself(void **state)
{
    static const struct {
        uint64_t start, bytes;
    } targets[] = {{STUB_HEADER, sizeof(struct stub_header)},
                   {STUB_CONTEXTS, 4096},
                   {STUB_CONTEXTS + offsetof(struct stub_context, cmd), 64},
                   {STUB_CONTEXTS + offsetof(struct stub_context, post), 4},
                   {STUB_STACKS, 1 << STUB_STACK_SHIFT},
                   {STUB_WAKE_AREA, 1 << 16}};
    static const uint8_t bytes[] = {0, 0xff, 1, 2, 0x55};
    struct player other;
    struct thread good;
    player_open(&other);
    player_thread(&other, &good, guest(null_loop), 0);
    for (unsigned i = 0; i < ARRAY_COUNT(targets) * ARRAY_COUNT(bytes); i++) {
        struct player p;
        struct thread user;
        struct trap trap;
        struct user_regs regs;
        player_open(&p);
        player_thread(&p, &user, guest(scribble), targets[i / ARRAY_COUNT(bytes)].start);
        arch_user_get(&user.user, &regs);
        regs.rsi = bytes[i % ARRAY_COUNT(bytes)];
        regs.rdx = targets[i / ARRAY_COUNT(bytes)].bytes;
        assert_int_equal(arch_user_set(&user.user, &regs), 0);
        for (unsigned turn = 0; turn < 5; turn++) {
            uint64_t number, args[6];
            arch_timer_arm(arch_time_ns(DYAD_CLOCK_MONOTONIC) + 2000000);
            arch_user_run(&user.user, &p.space.arch, &trap);
            arch_user_args(&user.user, &number, args);
            arch_user_result(&user.user, 0);
            arch_space_protect(&p.space.arch, FAR_AWAY, 1, 0);
            (void)arch_space_synced(&p.space.arch, arch_space_sync(&p.space.arch));
            arch_timer_arm(UINT64_MAX);
            if (trap.kind == TRAP_LOST)
                break;
            player_expect_syscall(&other, &good, 0, NULL);
            arch_user_result(&good.user, 0);
        }
        /* What the kernel does with a process that does nonsense. Dying takes a moment, and a stub that seems alive is used again. */
        struct stub *stub = p.space.arch.stub;
        kill(stub->pid, SIGKILL);
        for (unsigned spins = 0; !atomic_load(&stub->dead); spins++)
            arch_cpu_relax(spins);
        arch_user_fini(&user.user);
        player_close(&p);
    }
    arch_user_fini(&good.user);
    player_close(&other);
}

/* Stopped as by a debugger: the core that runs it waits, the others go on, and nothing is lost. */
static void test_stopped_stub_holds_only_its_core(void **state)
{
    struct player stopped;
    struct thread victim;
    struct pair pair = {.p = &stopped, .user = &victim};
    player_open(&stopped);
    player_thread(&stopped, &victim, guest(count), DATA);
    player_start(1, run_and_answer, &pair);
    volatile uint64_t *count = player_data(&stopped);
    for (unsigned i = 0; *count == 0; i++)
        arch_cpu_relax(i);
    kill(stopped.space.arch.stub->pid, SIGSTOP);
    for (unsigned i = 0; stub_state(stopped.space.arch.stub, 0) != 'T'; i++)
        arch_cpu_relax(i);
    atomic_store(&pair.rounds, 1);
    arch_cpu_kick(player_cpu(1));
    struct player p;
    struct thread user;
    player_open(&p);
    player_thread(&p, &user, guest(null_loop), 0);
    for (unsigned i = 0; i < 2000; i++) {
        player_expect_syscall(&p, &user, 0, NULL);
        arch_user_result(&user.user, 0);
    }
    arch_user_fini(&user.user);
    player_close(&p);
    assert_int_equal(atomic_load(&pair.rounds), 1); /* the kick is not answered yet */
    kill(stopped.space.arch.stub->pid, SIGCONT);
    while (atomic_load(&pair.rounds) != 2)
        arch_cpu_idle();
    atomic_store(&pair.stop, true);
    arch_cpu_kick(player_cpu(1));
    player_join(1);
    arch_user_fini(&victim.user);
    player_close(&stopped);
}

/* Here, because QEMU's emulation (TCG) does not raise the exceptions of vector instructions. */
static void test_sse_exception_is_an_fpu_fault(void **state)
{
    struct player p;
    struct thread user;
    struct trap trap;
    player_open(&p);
    player_thread(&p, &user, guest(fp_divide), 0);
    player_run(&p, &user, &trap);
    assert_int_equal(trap.kind, TRAP_FAULT);
    assert_int_equal(trap.fault, FAULT_FPU);
    arch_user_fini(&user.user);
    player_close(&p);
}

/* Interrupt lines, ports and a screen are hardware: a Linux program says that it has none. */
static void test_hardware_that_is_not_there_is_refused(void **state)
{
    static const enum arch_device devices[] = {ARCH_DEVICE_SCREEN, ARCH_DEVICE_LINE,
                                               ARCH_DEVICE_LINE_END - 1, ARCH_DEVICE_PORT + 0x60,
                                               ARCH_DEVICE_PORT_END - 1};
    for (unsigned i = 0; i < ARRAY_COUNT(devices); i++) {
        uint8_t byte = 1;
        assert_int_equal(arch_device_read(devices[i], &byte, 1), -ERR_NODEV);
        assert_int_equal(arch_device_write(devices[i], &byte, 1), -ERR_NODEV);
        assert_int_equal(arch_device_poll(devices[i]), 0);
    }
}

const struct CMUnitTest stub_tests[] = {
    cmocka_unit_test(test_hardware_that_is_not_there_is_refused),
    cmocka_unit_test(test_sse_exception_is_an_fpu_fault),
    cmocka_unit_test(test_thread_limit_is_an_ordinary_error),
    cmocka_unit_test(test_killed_stub_gives_lost_while_it_runs),
    cmocka_unit_test(test_guest_that_scribbles_on_the_shared_pages_only_harms_itself),
    cmocka_unit_test(test_stopped_stub_holds_only_its_core),
};
const size_t stub_test_count = ARRAY_COUNT(stub_tests);
