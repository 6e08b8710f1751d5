/*
 * stub.c: the Linux process that holds one guest address space. Exec'ed by the kernel process with the
 * RAM and the control file as descriptors; unmaps everything but itself and its shared pages, forbids itself
 * most system calls, and then runs what the cores tell its threads to run.
 */
#include <linux/mman.h>
#include <asm/prctl.h>
#include <asm/signal.h>
#include <linux/auxvec.h>
#include <linux/prctl.h>
#include <linux/resource.h>

#include "stub.h"

#define HWCAP2_FSGSBASE 2
#define LINUX_USER_END  0x7ffffffff000UL

_Noreturn void stub_die(int status)
{
    for (;;)
        SYS1(__NR_exit_group, status);
}

static void map_shared(uint64_t at, uint64_t bytes, uint64_t offset)
{
    if (sys6(__NR_mmap, (long)at, (long)bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
             STUB_FD_CONTROL, (long)offset) != (long)at)
        stub_die(2);
}

static uint64_t parse_hex(const char *text)
{
    uint64_t value = 0;
    for (; *text; text++)
        value = value << 4 | (uint64_t)(*text <= '9' ? *text - '0' : *text - 'a' + 10);
    return value;
}

static uint32_t hwcap2(long *stack)
{
    long *p = stack + 1 + stack[0] + 1; /* environment */
    while (*p)
        p++;
    for (p++; p[0] != AT_NULL; p += 2)
        if (p[0] == AT_HWCAP2)
            return (uint32_t)p[1];
    return 0;
}

/* ELF entry, on Linux's initial stack. argv[1]: the slot number in hexadecimal. */
void stub_start(long *stack)
{
    if (stack[0] != 2)
        stub_die(1);
    uint64_t slot = parse_hex((const char *)stack[2]);
    SYS4(__NR_prctl, PR_SET_PDEATHSIG, 9, 0, 0);
    uint64_t base = STUB_WAKE_BYTES + slot * STUB_SLOT_BYTES;
    map_shared(STUB_HEADER, STUB_HEADER_BYTES, base);
    map_shared(STUB_CONTEXTS, STUB_THREADS_MAX * 4096UL, base + STUB_HEADER_BYTES);
    map_shared(STUB_WAKE_AREA, STUB_WAKE_BYTES, 0);
    /* The kernel process may have died before PDEATHSIG was set. */
    if (SYS0(__NR_getppid) != (long)HEADER->kernel_pid)
        stub_die(1);
    SYS1(__NR_close, STUB_FD_CONTROL);
    SYS1(__NR_close, STUB_FD_SELF);
    SYS4(__NR_prctl, PR_SET_NAME, "dyad-stub", 0, 0);
    SYS4(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0);
    if (HEADER->private_text)
        SYS4(__NR_prctl, PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0);
    if (HEADER->trap_tsc)
        SYS2(__NR_prctl, PR_SET_TSC, PR_TSC_SIGSEGV);
    struct rlimit none = {0, 0};
    SYS2(__NR_setrlimit, RLIMIT_CORE, &none);
    struct stub_context *context = stub_context_at(0);
    context->fsgsbase = hwcap2(stack) & HWCAP2_FSGSBASE ? 1 : 0;
    stub_signals_init();
    uint64_t bytes = 1UL << STUB_STACK_SHIFT;
    if (sys6(__NR_mmap, STUB_STACKS, (long)bytes, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != STUB_STACKS)
        stub_die(2);
    __asm__ volatile("movq %0, %%rsp\n\txorl %%ebp, %%ebp\n\tjmp stub_enter"
                     :
                     : "r"(STUB_STACKS + bytes), "D"(context)
                     : "memory");
    __builtin_unreachable();
}

/* The first thread, now on its own stack: remove what Linux mapped for us. */
static void process_init(void)
{
    SYS2(__NR_munmap, 0, DYAD_HOLE_BASE);
    uint64_t above = STUB_STACKS + ((uint64_t)STUB_THREADS_MAX << STUB_STACK_SHIFT);
    SYS2(__NR_munmap, above, LINUX_USER_END - above); /* fails where the vDSO is sealed: no harm */
    stub_filter_init();
}

static void set_gs(struct stub_context *context)
{
    if (SYS2(__NR_arch_prctl, ARCH_SET_GS, context) != 0)
        stub_die(7);
}

static bool has_xsave(void)
{
    uint32_t a = 1, b, c, d;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "=c"(c), "=d"(d));
    return c & 1u << 27;
}

/* What stub_exit cannot do in a few instructions. */
static void prepare_exit(struct stub_context *context)
{
    if (context->mode == STUB_MODE_FAST)
        return;
    if (!context->fsgsbase)
        SYS2(__NR_arch_prctl, ARCH_SET_FS, context->regs.fs_base);
    if (context->mode == STUB_MODE_FRESH)
        stub_init_fpu(context, has_xsave());
}

/* Every thread's start; returns to gate.S, which enters the guest. */
void stub_thread_main(struct stub_context *context)
{
    uint64_t stack = STUB_STACKS + ((uint64_t)context->index << STUB_STACK_SHIFT);
    context->self = (uint64_t)context;
    context->stack_top = stack + (1UL << STUB_STACK_SHIFT);
    context->fsgsbase = stub_context_at(0)->fsgsbase;
    set_gs(context);
    struct {
        uint64_t base;
        int flags;
        uint64_t bytes;
    } alternate = {stack, 0, 1UL << STUB_STACK_SHIFT};
    if (SYS2(__NR_sigaltstack, &alternate, 0) != 0)
        stub_die(7);
    if (context->index == 0) {
        process_init();
        atomic_store(&HEADER->ready, 1);
        stub_futex_wake(&HEADER->ready, 1);
    } else {
        uint64_t none = 0;
        SYS4(__NR_rt_sigprocmask, SIG_SETMASK, &none, 0, 8);
    }
    stub_wait(context);
    prepare_exit(context);
}

void stub_syscall(struct stub_context *context)
{
    context->trap = STUB_TRAP_SYSCALL;
    stub_post(context);
    stub_wait(context);
    prepare_exit(context);
}

/* The core stopped us on the way out: all of the guest's state is still in the context. */
void stub_stopped(struct stub_context *context)
{
    context->trap = STUB_TRAP_STOPPED;
    uint32_t mode = context->mode;
    stub_post(context);
    stub_wait(context);
    /* rcx, r11 and the flags of a run that never started must not be lost. */
    if (mode > context->mode)
        context->mode = mode;
    prepare_exit(context);
}
