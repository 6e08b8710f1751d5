/*
 * selftest.c: the boot argument selftest=NAME breaks one rule of the kernel on purpose, so that a test can see that it is enforced
 * (tests/boot/native_hardening.sh). Coming back from it is a failure.
 */
#include "selftest.h"

#include "boot/boot.h"
#include "cpu.h"
#include "fail.h"
#include "memory.h"
#include "options.h"
#include "space.h"

typedef void function_t(void);

static const uint8_t returns[] = {0xc3}; /* ret, in read-only data */
static uint8_t returns_data[] = {0xc3};
static volatile uint64_t sink;

static void write_text(void)
{
    *(volatile uint8_t *)&image_start[0] = 0; // NOLINT
}

static void write_rodata(void)
{
    *(volatile uint8_t *)&returns[0] = 0; // NOLINT
}

static void run_data(void)
{
    ((function_t *)(uintptr_t)returns_data)();
}

static void run_rodata(void)
{
    ((function_t *)(uintptr_t)returns)();
}

static void run_direct_map(void)
{
    uint8_t *page = arch_phys_ptr(boot_pages(1));
    page[0] = 0xc3;
    ((function_t *)(uintptr_t)page)();
}

static void write_text_alias(void)
{
    *(volatile uint8_t *)arch_phys_ptr(image_phys) = 0;
}

static void write_initfs(void)
{
    *(volatile uint8_t *)arch_phys_ptr(boot_handoff.initfs) = 0;
}

static void null_read(void)
{
    sink = *(volatile uint64_t *)(uintptr_t)(sink & 0xf0); // NOLINT
}

static void null_call(void)
{
    ((function_t *)(uintptr_t)(sink & 0xf0))(); // NOLINT
}

static void user_read_access(void)
{
    sink = *(volatile uint64_t *)GATE_ADDRESS; // NOLINT
}

static void user_call(void)
{
    ((function_t *)(GATE_ADDRESS + 2))(); // NOLINT: the ret of the gate
}

__attribute__((noinline)) static uint64_t recurse(uint64_t depth)
{
    volatile uint8_t room[256];
    room[depth % sizeof room] = (uint8_t)depth;
    if (depth == UINT64_MAX)
        return 0;
    return recurse(depth + 1) + room[0];
}

static void stack_overflow(void)
{
    sink = recurse(0);
}

__attribute__((noinline)) static void smash(volatile uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bytes[i] = 0x41;
}

static void stack_smash(void)
{
    uint8_t room[16];
    smash(room, sizeof room + 16 + sink);
}

static void undefined(void)
{
    __asm__ volatile("ud2");
}

static void panic(void)
{
    arch_panic("selftest");
}

static void nested_panic(void)
{
    *(volatile uint64_t *)0xffffff8000000000 = 0; // NOLINT: nothing is there
}

static const struct {
    const char *name;
    function_t *run;
} tests[] = {
    {"write-text", write_text},
    {"write-rodata", write_rodata},
    {"write-text-alias", write_text_alias},
    {"write-initfs", write_initfs},
    {"run-data", run_data},
    {"run-rodata", run_rodata},
    {"run-direct-map", run_direct_map},
    {"null-read", null_read},
    {"null-call", null_call},
    {"user-read", user_read_access},
    {"user-call", user_call},
    {"stack-overflow", stack_overflow},
    {"stack-smash", stack_smash},
    {"undefined", undefined},
    {"unmapped", nested_panic},
    {"panic", panic},
};

void selftest_run(void)
{
    const char *name = options_find("selftest");
    if (!name)
        return;
    for (unsigned i = 0; i < ARRAY_COUNT(tests); i++) {
        size_t length = strlen(tests[i].name);
        if (strlen(name) != length || memcmp(name, tests[i].name, length) != 0)
            continue;
        tests[i].run();
        fail("selftest=%s: nothing has stopped it", name);
    }
    fail("selftest=%s: there is no such test", name);
}
