/*
 * main.c: the contract tests as a kernel: the body of arch/x86_64, the core without its loop, started like kernel.elf. The linker turns
 * the body's calls of machine_boot, cpu_main and syscall_quick to the functions here. Boot argument only=NAME: one test.
 */
#include <stdarg.h>

#include "core/log.h"
#include "core/machine.h"
#include "core/syscall.h"
#include "native.h"
#include "options.h"

#define RAM_BYTES (64UL << 20)

struct machine *player_machine;

static struct worker {
    void (*_Atomic work)(void *);
    void *argument;
    _Atomic bool started, done;
} workers[DYAD_CPUS_MAX];

/* ---- player.h ---- */

struct cpu *player_cpu(unsigned index)
{
    return machine_cpu(player_machine, index);
}

void player_start(unsigned index, void (*work)(void *), void *argument)
{
    struct worker *worker = &workers[index];
    worker->argument = argument;
    atomic_store(&worker->done, false);
    atomic_store(&worker->work, work);
    if (!atomic_exchange(&worker->started, true))
        assert_int_equal(arch_cpu_start(player_cpu(index)), 0);
    arch_cpu_kick(player_cpu(index));
    for (unsigned i = 0; atomic_load(&worker->work) != NULL;
         i++) /* later kicks are for `work` to see */
        arch_cpu_relax(i);
}

void player_join(unsigned index)
{
    for (unsigned i = 0; !atomic_load(&workers[index].done); i++)
        arch_cpu_relax(i);
}

void player_wait_us(unsigned us)
{
    uint64_t end = arch_time_ns(DYAD_CLOCK_MONOTONIC) + us * 1000UL;
    for (unsigned i = 0; arch_time_ns(DYAD_CLOCK_MONOTONIC) < end; i++)
        arch_cpu_relax(i);
}

/* ---- results ---- */

static void say(const char *format, ...) PRINTF_LIKE(1, 2);
static void say(const char *format, ...)
{
    char text[300];
    va_list arguments;
    va_start(arguments, format);
    size_t length = format_text_va(text, sizeof text, format, &arguments);
    va_end(arguments);
    (void)arch_device_write(ARCH_DEVICE_LOG, text, length < sizeof text ? length : sizeof text - 1);
}

void check_failed(const char *file, int line, const char *text, uint64_t got, uint64_t expected)
{
    say("%s:%d: failed: %s (%lx, expected %lx)\n", file, line, text, (unsigned long)got,
        (unsigned long)expected);
    arch_halt(1);
}

static unsigned run_group(const struct CMUnitTest *tests, size_t count, const char *only)
{
    unsigned ran = 0;
    for (size_t i = 0; i < count; i++) {
        if (only != NULL && (strlen(only) != strlen(tests[i].name) ||
                             memcmp(only, tests[i].name, strlen(only)) != 0))
            continue;
        say("%s\n", tests[i].name);
        tests[i].test_func(NULL);
        ran++;
    }
    return ran;
}

static _Noreturn void run_tests(void)
{
    const char *only = options_find("only");
    unsigned ran = run_group(native_tests, native_test_count, only);
    ran += run_group(user_tests, user_test_count, only);
    ran += run_group(space_tests, space_test_count, only);
    ran += run_group(core_tests, core_test_count, only);
    say("%u passed\n", ran);
    arch_halt(ran == 0);
}

/* ---- what the body calls of the core ---- */

struct machine *__wrap_machine_boot(const struct boot_info *info);        // NOLINT
_Noreturn void __wrap_cpu_main(struct cpu *cpu);                          // NOLINT
struct syscall_quick __wrap_syscall_quick(uint64_t number, uint64_t arg); // NOLINT

/* The core's machine without init, and RAM of our own. */
struct machine *__wrap_machine_boot(const struct boot_info *info) // NOLINT
{
    static struct boot_info left;
    left = *info;
    for (uint32_t i = 0; i < left.ram_count; i++)
        if (left.ram[i].size > 2 * RAM_BYTES) {
            left.ram[i].size -= RAM_BYTES;
            player_ram(left.ram[i].base + left.ram[i].size, RAM_BYTES);
            player_machine = machine_create(&left);
            break;
        }
    return player_machine;
}

void __wrap_cpu_main(struct cpu *cpu) // NOLINT
{
    struct worker *worker = &workers[cpu->index];
    if (cpu->index == 0)
        run_tests();
    for (;;) {
        void (*work)(void *) = atomic_exchange(&worker->work, NULL);
        if (work != NULL) {
            work(worker->argument);
            atomic_store(&worker->done, true);
        } else {
            arch_cpu_idle();
        }
    }
}

/* Of the calls that the body asks about one is served, so that the others arrive as traps. */
struct syscall_quick __wrap_syscall_quick(uint64_t number, uint64_t arg) // NOLINT
{
    if (number != NATIVE_QUICK_CALL)
        return (struct syscall_quick){.done = 0};
    return (struct syscall_quick){.done = 1, .result = (int64_t)(3 * arg + 1)};
}
