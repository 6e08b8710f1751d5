/*
 * hostile.c: which signal does a program get for each instruction and access that it may not do? The same on both bodies: number,
 * si_code, and si_addr where POSIX defines it (SIGILL, SIGFPE: the instruction; SIGSEGV, SIGBUS: the address that was used).
 *
 * Each attempt returns, or its signal is caught on a stack of its own and it is left with siglongjmp.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"

#define FLAG_TF   0x100ul
#define FLAG_DF   0x400ul
#define FLAG_IOPL 0x3000ul
#define FLAG_NT   0x4000ul
#define FLAG_AC   0x40000ul

static sigjmp_buf back;
static volatile int got_signal, got_code;
static void *volatile got_address;
static volatile uintptr_t handler_flags;
static volatile bool armed;

static uintptr_t read_flags(void)
{
    uintptr_t flags;
    __asm__ volatile("pushfq; popq %0" : "=r"(flags));
    return flags;
}

static void caught(int signo, siginfo_t *info, void *context)
{
    uintptr_t flags = read_flags();
    (void)context;
    if (!armed)
        _exit(99);
    armed = false;
    handler_flags = flags;
    got_signal = signo;
    got_code = info->si_code;
    got_address = info->si_addr;
    siglongjmp(back, 1);
}

/* ---- attempts: each is one instruction between two labels, so that its address is known ---- */

#define ATTEMPT(name, before, instruction)                               \
    void try_##name(void);                                               \
    extern const char at_##name[];                                       \
    __asm__(".globl try_" #name ", at_" #name "\n"                       \
            "try_" #name ": " before "\nat_" #name ": " instruction "\n" \
            "xorl %ecx, %ecx; movl %ecx, %ecx; ret\n")

ATTEMPT(cli, "", "cli");
ATTEMPT(sti, "", "sti");
ATTEMPT(hlt, "", "hlt");
ATTEMPT(in, "", "inb $0x64, %al");
ATTEMPT(out, "", "outb %al, $0x80");
ATTEMPT(in_dx, "movl $0xcfc, %edx", "inl %dx, %eax");
ATTEMPT(rdmsr, "movl $0xc0000080, %ecx", "rdmsr");
ATTEMPT(wrmsr, "movl $0xc0000082, %ecx; xorl %eax, %eax; xorl %edx, %edx", "wrmsr");
ATTEMPT(read_cr0, "", "movq %cr0, %rax");
ATTEMPT(read_cr3, "", "movq %cr3, %rax");
ATTEMPT(write_cr4, "xorl %eax, %eax", "movq %rax, %cr4");
ATTEMPT(write_dr7, "xorl %eax, %eax", "movq %rax, %dr7");
ATTEMPT(lgdt, "", "lgdt -16(%rsp)");
ATTEMPT(lidt, "", "lidt -16(%rsp)");
ATTEMPT(lldt, "xorl %eax, %eax", "lldt %ax");
ATTEMPT(ltr, "xorl %eax, %eax", "ltr %ax");
ATTEMPT(lmsw, "xorl %eax, %eax", "lmsw %ax");
ATTEMPT(clts, "", "clts");
ATTEMPT(invd, "", "invd");
ATTEMPT(wbinvd, "", "wbinvd");
ATTEMPT(invlpg, "", "invlpg -16(%rsp)");
ATTEMPT(swapgs, "", "swapgs");
ATTEMPT(sysretq, "leaq at_sysretq(%rip), %rcx", "sysretq");
ATTEMPT(int_20, "", "int $0x20");
ATTEMPT(int_nmi, "", "int $2");
ATTEMPT(int_double_fault, "", "int $8");
ATTEMPT(int_80, "movl $20, %eax", "int $0x80");
ATTEMPT(load_ss_kernel, "movl $0x10, %eax", "movl %eax, %ss");
ATTEMPT(load_ds_kernel, "movl $0x10, %eax", "movl %eax, %ds");
ATTEMPT(load_es_wild, "movl $0xfff8, %eax", "movl %eax, %es");

ATTEMPT(ud2, "", "ud2");
ATTEMPT(into, "", ".byte 0xce");
ATTEMPT(stac, "", "stac");
ATTEMPT(clac, "", "clac");
ATTEMPT(push_cs, "", ".byte 0x0e");
ATTEMPT(lock_nop, "", ".byte 0xf0, 0x90");
ATTEMPT(int3, "", "int3");
ATTEMPT(divide, "xorl %ecx, %ecx; xorl %edx, %edx; movl $1, %eax", "divl %ecx");
ATTEMPT(divide_overflow, "movl $-1, %ecx; movl $0x80000000, %eax; cltd", "idivl %ecx");

ATTEMPT(sgdt, "", "sgdt -16(%rsp)");
ATTEMPT(sidt, "", "sidt -16(%rsp)");
ATTEMPT(sldt, "", "sldt %eax");
ATTEMPT(str, "", "str %eax");
ATTEMPT(smsw, "", "smsw %eax");

/* Runs it: true when it got a signal. */
static bool run(void (*attempt)(void))
{
    got_signal = got_code = 0;
    got_address = NULL;
    armed = true;
    if (sigsetjmp(back, 1) == 0) {
        attempt();
        armed = false;
        return false;
    }
    return true;
}

static void expect(const char *what, void (*attempt)(void), int signo, int code,
                   const void *address)
{
    check_count++;
    run(attempt);
    if (got_signal == signo && got_code == code && got_address == address)
        return;
    check_failures++;
    printf("FAIL %s: signal %d, code %d, address %p; expected %d, %d, %p\n", what, got_signal,
           got_code, got_address, signo, code, address);
}

/* The processor says nothing about where: si_addr has no address. */
#define PROTECTED(name) expect(#name, try_##name, SIGSEGV, SI_KERNEL, NULL)
#define ILLEGAL(name)   expect(#name, try_##name, SIGILL, ILL_ILLOPN, at_##name)

static void privileged_instructions(void)
{
    PROTECTED(cli);
    PROTECTED(sti);
    PROTECTED(hlt);
    PROTECTED(in);
    PROTECTED(out);
    PROTECTED(in_dx);
    PROTECTED(rdmsr);
    PROTECTED(wrmsr);
    PROTECTED(read_cr0);
    PROTECTED(read_cr3);
    PROTECTED(write_cr4);
    PROTECTED(write_dr7);
    PROTECTED(lgdt);
    PROTECTED(lidt);
    PROTECTED(lldt);
    PROTECTED(ltr);
    PROTECTED(lmsw);
    PROTECTED(clts);
    PROTECTED(invd);
    PROTECTED(wbinvd);
    PROTECTED(invlpg);
    PROTECTED(swapgs);
    PROTECTED(sysretq);
    PROTECTED(int_20);
    PROTECTED(int_nmi);
    PROTECTED(int_double_fault);
    PROTECTED(int_80);
    PROTECTED(load_ss_kernel);
    PROTECTED(load_ds_kernel);
    PROTECTED(load_es_wild);
}

static void exceptions(void)
{
    ILLEGAL(ud2);
    ILLEGAL(into);
    ILLEGAL(stac);
    ILLEGAL(clac);
    ILLEGAL(push_cs);
    ILLEGAL(lock_nop);
    run(try_int3);
    CHECK_IS(got_signal, SIGTRAP);
    CHECK_IS(got_code, TRAP_BRKPT);
    expect("divide", try_divide, SIGFPE, FPE_INTDIV, at_divide);
    expect("divide_overflow", try_divide_overflow, SIGFPE, FPE_INTDIV, at_divide_overflow);
}

/* With UMIP they are faults. Linux then gives the program made-up values for some, and so does the hosted body. */
static void hidden_tables(void)
{
    static void (*const attempts[])(void) = {try_sgdt, try_sidt, try_sldt, try_str, try_smsw};
    for (unsigned i = 0; i < sizeof attempts / sizeof attempts[0]; i++)
        if (run(attempts[i])) {
            CHECK_IS(got_signal, SIGSEGV);
            CHECK_IS(got_code, SI_KERNEL);
        }
}

/* ---- addresses ---- */

static volatile uintptr_t address;

static void read_there(void)
{
    (void)*(volatile char *)address; // NOLINT(performance-no-int-to-ptr)
}

static void write_there(void)
{
    *(volatile char *)address = 1; // NOLINT(performance-no-int-to-ptr)
}

static void jump_there(void)
{
    ((void (*)(void))address)(); // NOLINT(performance-no-int-to-ptr)
}

static void expect_at(const char *what, void (*attempt)(void), uintptr_t there, int signo, int code)
{
    address = there;
    expect(what, attempt, signo, code, (void *)there); // NOLINT(performance-no-int-to-ptr)
}

static void expect_not_canonical(const char *what, void (*attempt)(void), uintptr_t there)
{
    address = there;
    expect(what, attempt, SIGSEGV, SI_KERNEL, NULL);
}

static const char constant[] = "constant";
static char data[16] = {(char)0xc3};

static void accesses(void)
{
    const uintptr_t kernel = 0xffff800000000000, low_end = 0x0000800000000000;
    char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(page != MAP_FAILED);
    page[0] = (char)0xc3;
    expect_at("read of null", read_there, 0, SIGSEGV, SEGV_MAPERR);
    expect_at("write to null", write_there, 8, SIGSEGV, SEGV_MAPERR);
    expect_at("call of null", jump_there, 0, SIGSEGV, SEGV_MAPERR);
    expect_at("read of nothing", read_there, 0x555500000123, SIGSEGV, SEGV_MAPERR);
    expect_at("jump to nothing", jump_there, 0x555500000123, SIGSEGV, SEGV_MAPERR);
    expect_at("read of the kernel's half", read_there, kernel, SIGSEGV, SEGV_MAPERR);
    expect_at("write to the kernel's half", write_there, kernel + 0x1234, SIGSEGV, SEGV_MAPERR);
    expect_at("jump to the kernel's half", jump_there, kernel, SIGSEGV, SEGV_MAPERR);
    expect_at("read of the last byte", read_there, UINTPTR_MAX, SIGSEGV, SEGV_MAPERR);
    expect_at("write to text", write_there, (uintptr_t)at_cli, SIGSEGV, SEGV_ACCERR);
    expect_at("write to a constant", write_there, (uintptr_t)constant, SIGSEGV, SEGV_ACCERR);
    expect_at("execution of data", jump_there, (uintptr_t)data, SIGSEGV, SEGV_ACCERR);
    expect_at("execution of a mapping", jump_there, (uintptr_t)page, SIGSEGV, SEGV_ACCERR);
    expect_at("execution of the stack", jump_there, (uintptr_t)&page, SIGSEGV, SEGV_ACCERR);
    CHECK_IS(mprotect(page, 4096, PROT_NONE), 0);
    expect_at("read of a closed page", read_there, (uintptr_t)page + 5, SIGSEGV, SEGV_ACCERR);
    CHECK_IS(munmap(page, 8192), 0);
    expect_at("read of what was unmapped", read_there, (uintptr_t)page, SIGSEGV, SEGV_MAPERR);
    expect_not_canonical("read of a non-canonical address", read_there, low_end);
    expect_not_canonical("write to a non-canonical address", write_there, kernel - 1);
    expect_not_canonical("jump to a non-canonical address", jump_there, 0x8000000000000000);
}

/* ---- the stack ---- */

static uintptr_t deepest;

static int recurse(int depth)
{
    volatile char frame[1024];
    frame[depth & 1023] = (char)depth;
    deepest = (uintptr_t)frame;
    if (depth < 0)
        return 0; /* after 2 terabytes */
    return recurse(depth + 1) + frame[depth & 1023];
}

static void overflow(void)
{
    (void)recurse(0);
}

static void stack_overflow(void)
{
    CHECK(run(overflow));
    CHECK_IS(got_signal, SIGSEGV);
    CHECK(got_code == SEGV_MAPERR || got_code == SEGV_ACCERR);
    CHECK((uintptr_t)got_address <= deepest && deepest - (uintptr_t)got_address < 8192);
}

/* ---- segments and flags ---- */

static struct {
    uintptr_t offset;
    uint16_t selector;
} __attribute__((packed)) far_pointer;

static void far_jump(void)
{
    __asm__ volatile("rex64 ljmp *%0" ::"m"(far_pointer));
}

static void far_jumps(void)
{
    static const uint16_t selectors[] = {0, 3, 0x08, 0x10, 0xfff8};
    for (unsigned i = 0; i < sizeof selectors / sizeof selectors[0]; i++) {
        far_pointer.offset = (uintptr_t)at_ud2;
        far_pointer.selector = selectors[i];
        expect("far jump", far_jump, SIGSEGV, SI_KERNEL, NULL);
    }
}

static volatile uintptr_t wanted_flags, flags_after;
static volatile uint16_t wanted_cs;

/* IRETQ to the next instruction, with these flags and that code segment (0: the own). */
static void interrupt_return(void)
{
    uint16_t cs, ss;
    __asm__ volatile("movw %%cs, %0; movw %%ss, %1" : "=r"(cs), "=r"(ss));
    uintptr_t to = wanted_cs ? wanted_cs : cs, stack = ss, flags;
    __asm__ volatile("movq %%rsp, %%rax\n\t"
                     "pushq %2\n\tpushq %%rax\n\tpushq %1\n\tpushq %3\n\t"
                     "leaq 1f(%%rip), %%rax\n\tpushq %%rax\n\t"
                     "iretq\n"
                     "1: pushfq\n\tpopq %0"
                     : "=&r"(flags)
                     : "r"(wanted_flags), "r"(stack), "r"(to)
                     : "rax", "memory", "cc");
    flags_after = flags;
}

static void interrupt_returns(void)
{
    wanted_flags = 0x202 | FLAG_IOPL | FLAG_DF;
    CHECK(!run(interrupt_return));
    __asm__ volatile("cld");
    CHECK_IS(flags_after & (FLAG_IOPL | FLAG_DF), FLAG_DF);
    wanted_flags = 0x2; /* interrupts off: not the user's to say */
    CHECK(!run(interrupt_return));
    CHECK_IS(flags_after & 0x200, 0x200);
    wanted_flags = 0x202;
    wanted_cs = 0x08;
    expect("interrupt return to the kernel's segment", interrupt_return, SIGSEGV, SI_KERNEL, NULL);
    wanted_cs = 0;
}

static void nested_task(void)
{
    __asm__ volatile("pushfq; orq %0, (%%rsp); popfq; pushq $0; pushq $0; iretq" ::"i"(FLAG_NT)
                     : "memory", "cc");
}

static void set_flags(void)
{
    uintptr_t after;
    __asm__ volatile("pushfq\n\torq %1, (%%rsp)\n\tpopfq\n\tpushfq\n\tpopq %0\n\tcld"
                     : "=r"(after)
                     : "r"(wanted_flags)
                     : "memory", "cc");
    flags_after = after;
}

static void one_step(void)
{
    __asm__ volatile("pushfq; orq %0, (%%rsp); popfq; nop; nop" ::"i"(FLAG_TF) : "memory", "cc");
}

static void backwards(void)
{
    __asm__ volatile("std; ud2");
}

static void misaligned(void)
{
    static uint64_t words[2];
    __asm__ volatile("pushfq; orq %1, (%%rsp); popfq; movl 1(%0), %%eax" ::"r"(words), "i"(FLAG_AC)
                     : "rax", "memory", "cc");
    __asm__ volatile("pushq $0x2; popfq" ::: "memory", "cc");
}

static void flags(void)
{
    wanted_flags = FLAG_IOPL;
    CHECK(!run(set_flags));
    CHECK_IS(flags_after & FLAG_IOPL, 0);
    CHECK(run(one_step));
    CHECK_IS(got_signal, SIGTRAP);
    CHECK_IS(handler_flags & FLAG_TF, 0);
    CHECK(run(backwards));
    CHECK_IS(got_signal, SIGILL);
    CHECK_IS(handler_flags & FLAG_DF, 0); /* what the ABI promises to functions */
    /* QEMU before 8.2 has no alignment check for user mode: then it is just read. */
    if (run(misaligned)) {
        CHECK_IS(got_signal, SIGBUS);
        CHECK_IS(got_code, BUS_ADRALN);
        CHECK_IS(handler_flags & FLAG_AC, 0);
    }
}

int main(int argc, char **argv)
{
    static char stack[65536];
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
    struct sigaction action = {.sa_sigaction = caught, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    CHECK_IS(sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL), 0);
    for (unsigned i = 0; i < sizeof signals / sizeof signals[0]; i++)
        CHECK_IS(sigaction(signals[i], &action, NULL), 0);
    privileged_instructions();
    exceptions();
    hidden_tables();
    accesses();
    stack_overflow();
    far_jumps();
    flags();
    if (argc < 2 ||
        strcmp(argv[1], "no-iret") != 0) { /* QEMU before 9.1 has none for users with SMAP */
        interrupt_returns();
        expect("interrupt return from a task", nested_task, SIGSEGV, SI_KERNEL, NULL);
    }
    return check_end();
}
