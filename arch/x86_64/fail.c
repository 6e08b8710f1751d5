/* fail.c: the ways to stop, and what is said on the way. */
#include "fail.h"

#include <stdarg.h>

#include "apic.h"
#include "console.h"
#include "core/log.h"
#include "cpu.h"
#include "memory.h"
#include "options.h"
#include "screen.h"
#include "serial.h"

#define FRAMES_MAX 24

static _Atomic uint32_t panicking; /* 1 + the index of the core that does */

static _Noreturn void stop(void)
{
    for (;;)
        __asm__ volatile("cli; hlt");
}

static void say(const char *format, ...) PRINTF_LIKE(1, 2);
static void say(const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    size_t length = format_text_va(text, sizeof text, format, &arguments);
    va_end(arguments);
    length = length < sizeof text ? length : sizeof text - 1;
    serial_write_now(text, length);
    screen_write_now(text, length);
}

/* A program that runs QEMU wants to see it end; on a machine of its own the text must stay on the screen. */
static _Noreturn void end_of_failure(void)
{
    if (options_find("link"))
        power_off();
    stop();
}

void fail(const char *format, ...)
{
    char text[200];
    va_list arguments;
    va_start(arguments, format);
    (void)format_text_va(text, sizeof text, format, &arguments);
    va_end(arguments);
    say("dyad: %s\n", text);
    end_of_failure();
}

bool fail_is_panicking(void)
{
    return atomic_load(&panicking);
}

/* The first core to come says what has happened; the others are stopped. */
static void panic_begin(void)
{
    uint32_t nobody = 0, self = core_count ? this_core()->index + 1 : 1;
    if (!atomic_compare_exchange_strong(&panicking, &nobody, self)) {
        if (nobody == self)
            say("dyad: another failure while that one was being reported\n");
        stop();
    }
    for (uint32_t i = 0; i < core_count;
         i++) /* one that waits to be started would take it with the firmware's tables */
        if (i + 1 != self && atomic_load(&cores[i]->started))
            apic_send_nmi(cores[i]->apic_id);
}

/* The function is that of the byte `before` the address: 1 for where a call returns to, which may be the next function's start. */
static void say_address(const char *what, uint64_t address, unsigned before)
{
    uint64_t offset;
    const char *name = symbol_find(address - before, &offset);
    if (name)
        say("  %s %lx  %s+0x%lx\n", what, (unsigned long)address, name,
            (unsigned long)offset + before);
    else
        say("  %s %lx\n", what, (unsigned long)address);
}

static void backtrace(uint64_t rbp)
{
    for (unsigned i = 0;
         i < FRAMES_MAX && rbp && !(rbp & 7) && kernel_pte(rbp) && kernel_pte(rbp + 8); i++) {
        const uint64_t *frame = (const uint64_t *)rbp; // NOLINT(performance-no-int-to-ptr)
        if (!frame[1])
            return;
        say_address("from", frame[1], 1);
        if (frame[0] <= rbp)
            return;
        rbp = frame[0];
    }
}

void arch_panic(const char *message)
{
    panic_begin();
    say("\ndyad: kernel panic: %s\n", message);
    backtrace((uint64_t)__builtin_frame_address(0));
    end_of_failure();
}

/* ---- exceptions ---- */

static const char *const exception_names[] = {"divide error",
                                              "debug exception",
                                              "NMI",
                                              "breakpoint",
                                              "overflow",
                                              "bound",
                                              "invalid instruction",
                                              "no FPU",
                                              "double fault",
                                              "",
                                              "invalid TSS",
                                              "segment not present",
                                              "stack fault",
                                              "protection fault",
                                              "page fault",
                                              "",
                                              "FPU error",
                                              "alignment check",
                                              "machine check",
                                              "vector FPU error"};

/* What a page fault in the kernel means: each rule that the page tables and CR4 enforce has its own words. */
static const char *page_fault_name(uint64_t address, uint64_t error)
{
    bool present = error & 1, write = error & 2, execute = error & 16;
    if (core_guard_name(address))
        return "stack overflow";
    if (address < DYAD_PAGE_SIZE)
        return execute ? "call of a null pointer" : "use of a null pointer";
    if (address < DYAD_HOLE_END)
        return execute   ? "execution of user memory (SMEP)"
               : present ? "access to user memory (SMAP)"
                         : "access to user memory";
    if (present && execute)
        return "execution of data";
    if (present && write)
        return "write to read-only memory";
    return "access to memory that is not there";
}

static void say_registers(const struct trap_frame *f)
{
    say("  rax %016lx rbx %016lx rcx %016lx rdx %016lx\n", (unsigned long)f->rax,
        (unsigned long)f->rbx, (unsigned long)f->rcx, (unsigned long)f->rdx);
    say("  rsi %016lx rdi %016lx rbp %016lx rsp %016lx\n", (unsigned long)f->rsi,
        (unsigned long)f->rdi, (unsigned long)f->rbp, (unsigned long)f->rsp);
    say("  r8  %016lx r9  %016lx r10 %016lx r11 %016lx\n", (unsigned long)f->r8,
        (unsigned long)f->r9, (unsigned long)f->r10, (unsigned long)f->r11);
    say("  r12 %016lx r13 %016lx r14 %016lx r15 %016lx\n", (unsigned long)f->r12,
        (unsigned long)f->r13, (unsigned long)f->r14, (unsigned long)f->r15);
    say("  rflags %lx cr2 %lx cr3 %lx cr4 %lx\n", (unsigned long)f->rflags,
        (unsigned long)read_cr2(), (unsigned long)read_cr3(), (unsigned long)read_cr4());
}

static const char *trap_name(const struct trap_frame *frame)
{
    uint64_t address = read_cr2();
    if (frame->vector == VECTOR_PAGE_FAULT)
        return page_fault_name(address, frame->error);
    /* The exception that came first found no room for its frame. */
    if (frame->vector == VECTOR_DOUBLE_FAULT && core_guard_name(address))
        return "stack overflow";
    return frame->vector < ARRAY_COUNT(exception_names) ? exception_names[frame->vector]
                                                        : "unknown exception";
}

static void say_machine_check(void)
{
    uint32_t banks = rdmsr(MSR_MCG_CAP) & 0xff;
    say("  status %lx\n", (unsigned long)rdmsr(MSR_MCG_STATUS));
    for (uint32_t i = 0; i < banks; i++) {
        uint64_t status = rdmsr(MSR_MC0_STATUS + 4 * i);
        if (status >> 63)
            say("  bank %u: status %lx address %lx\n", i, (unsigned long)status,
                (unsigned long)rdmsr(MSR_MC0_STATUS + 4 * i + 1));
    }
}

void fail_trap(const struct trap_frame *frame)
{
    if (frame->vector == VECTOR_NMI) /* another core panics */
        stop();
    panic_begin();
    const char *guard = core_guard_name(read_cr2());
    say("\ndyad: kernel panic: %s at address %lx (exception %lu, error %lx)\n", trap_name(frame),
        (unsigned long)read_cr2(), (unsigned long)frame->vector, (unsigned long)frame->error);
    if (guard)
        say("  of the %s stack\n", guard);
    if (frame->vector == VECTOR_MACHINE_CHECK)
        say_machine_check();
    say_address("at", frame->rip, 0);
    say_registers(frame);
    backtrace(frame->rbp);
    end_of_failure();
}

void fail_user_trap(uint32_t vector)
{
    if (vector == VECTOR_NMI) {
        if (fail_is_panicking())
            stop();
        return; /* from the chipset, nobody's */
    }
    panic_begin();
    say("\ndyad: kernel panic: %s\n", exception_names[vector]);
    if (vector == VECTOR_MACHINE_CHECK)
        say_machine_check();
    end_of_failure();
}

void __stack_chk_fail(void);
void __stack_chk_fail(void)
{
    arch_panic("a function has overwritten its stack frame (stack protector)");
}

void arch_halt(int status)
{
    console_end(status);
    if (status == ARCH_HALT_REBOOT)
        power_reset();
    power_off();
}
