/* traps.c: does siginfo say what went wrong: si_signo, si_code and si_addr of signals that the processor causes? */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "posix_test.h"

static sigjmp_buf back;
static volatile sig_atomic_t got_signal, got_code;
static void *volatile got_addr;

static void on_trap(int sig, siginfo_t *info, void *context)
{
    (void)context;
    got_signal = info->si_signo == sig ? sig : -1;
    got_code = info->si_code;
    got_addr = info->si_addr;
    siglongjmp(back, 1);
}

/* Does it cause a signal? */
static int traps(void (*attempt)(void))
{
    got_signal = got_code = 0;
    if (sigsetjmp(back, 1) == 0) {
        attempt();
        return 0;
    }
    return 1;
}

static void expect(const char *name, void (*attempt)(void), int sig, int code)
{
    int trapped = traps(attempt);
    CHECK(trapped);
    if (!trapped || got_signal != sig || got_code != code)
        printf("FAIL %s: signal %d code %d, expected %d and %d\n", name, (int)got_signal,
               (int)got_code, sig, code);
    CHECK(got_signal == sig && got_code == code);
}

/* ---- SIGFPE ---- */

#define X87_ALL 0x3f
static volatile double zero = 0, one = 1, three = 3, big = 1e300, small = 1e-300;
static unsigned unmasked; /* the exception that is to trap */
static volatile double sink;

static void divide(void)
{
    __asm__ volatile("xorl %%edx, %%edx; movl $1, %%eax; xorl %%ecx, %%ecx; divl %%ecx" ::
                         : "eax", "ecx", "edx", "cc");
}

/* a op b by the x87 unit, then an instruction that waits for what is pending. */
#define X87(name, instruction, a, b)                                                      \
    static void name(void)                                                                \
    {                                                                                     \
        double x = a, y = b;                                                              \
        uint16_t control = (uint16_t)(0x240 | (X87_ALL & ~unmasked));                     \
        double out;                                                                       \
        __asm__ volatile("fninit; fldcw %1; fldl %2; " instruction " %3; fstpl %0; fwait" \
                         : "=m"(out)                                                      \
                         : "m"(control), "m"(x), "m"(y));                                 \
        sink = out;                                                                       \
    }
X87(x87_divide, "fdivl", one, zero)
X87(x87_invalid, "fdivl", zero, zero)
X87(x87_overflow, "fmull", big, big)
X87(x87_underflow, "fmull", small, small)
X87(x87_inexact, "fdivl", one, three)

#define SSE(name, instruction, a, b)                                                  \
    static void name(void)                                                            \
    {                                                                                 \
        double x = a, y = b;                                                          \
        uint32_t control = (uint32_t)(X87_ALL & ~unmasked) << 7;                      \
        __asm__ volatile("ldmxcsr %1; movsd %2, %%xmm0; " instruction " %3, %%xmm0; " \
                         "movsd %%xmm0, %0"                                           \
                         : "=m"(sink)                                                 \
                         : "m"(control), "m"(x), "m"(y)                               \
                         : "xmm0");                                                   \
    }
SSE(sse_divide, "divsd", one, zero)
SSE(sse_invalid, "divsd", zero, zero)
SSE(sse_overflow, "mulsd", big, big)
SSE(sse_underflow, "mulsd", small, small)
SSE(sse_inexact, "divsd", one, three)

static void reset(void)
{
    static const uint32_t mxcsr = 0x1f80;
    __asm__ volatile("fninit; ldmxcsr %0" ::"m"(mxcsr));
}

static const struct {
    const char *name;
    void (*x87)(void), (*sse)(void);
    unsigned bit;
    int code;
} floats[] = {
    {"invalid", x87_invalid, sse_invalid, 0x01, FPE_FLTINV},
    {"division by zero", x87_divide, sse_divide, 0x04, FPE_FLTDIV},
    {"overflow", x87_overflow, sse_overflow, 0x08, FPE_FLTOVF},
    {"underflow", x87_underflow, sse_underflow, 0x10, FPE_FLTUND},
    {"inexact", x87_inexact, sse_inexact, 0x20, FPE_FLTRES},
};

static void test_arithmetic(void)
{
    expect("integer division", divide, SIGFPE, FPE_INTDIV);
    for (unsigned i = 0; i < sizeof floats / sizeof floats[0]; i++) {
        unmasked = floats[i].bit;
        expect(floats[i].name, floats[i].x87, SIGFPE, floats[i].code);
        reset();
        /* QEMU's own processor does not raise them. */
        if (traps(floats[i].sse))
            CHECK(got_signal == SIGFPE && got_code == floats[i].code);
        reset();
    }
}

/* ---- SIGSEGV, SIGBUS ---- */

static volatile char *address;

static void read_there(void)
{
    (void)*address;
}

static void write_there(void)
{
    *address = 1;
}

static void jump_there(void)
{
    ((void (*)(void))(uintptr_t)address)();
}

static void test_memory(void)
{
    char *page = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(page != MAP_FAILED);
    address = page + 17;
    expect("write to constants", write_there, SIGSEGV, SEGV_ACCERR);
    CHECK(got_addr == page + 17);
    expect("jump into data", jump_there, SIGSEGV, SEGV_ACCERR);
    CHECK(got_addr == page + 17);
    CHECK_IS(mprotect(page, 4096, PROT_NONE), 0);
    expect("read without a right", read_there, SIGSEGV, SEGV_ACCERR);
    CHECK_IS(munmap(page, 8192), 0);
    expect("read where nothing is", read_there, SIGSEGV, SEGV_MAPERR);
    CHECK(got_addr == page + 17);
    expect("write where nothing is", write_there, SIGSEGV, SEGV_MAPERR);
    address = NULL;
    expect("null", read_there, SIGSEGV, SEGV_MAPERR);
    CHECK(got_addr == NULL);
}

static void test_beyond_a_file(void)
{
    char name[] = "/tmp/trapsXXXXXX";
    int fd = mkstemp(name);
    CHECK(fd >= 0 && ftruncate(fd, 100) == 0);
    char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(page != MAP_FAILED);
    address = page + 4095;
    CHECK(!traps(read_there));
    address = page + 4096;
    expect("read beyond the file", read_there, SIGBUS, BUS_ADRERR);
    CHECK(got_addr == page + 4096);
    expect("write beyond the file", write_there, SIGBUS, BUS_ADRERR);
    munmap(page, 8192);
    close(fd);
    unlink(name);
}

/* ---- SIGILL, SIGTRAP ---- */

static void undefined(void)
{
    __asm__ volatile("ud2");
}

static void step(void)
{
    __asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq; nop; nop" ::: "cc", "memory");
}

static void test_instructions(void)
{
    expect("undefined instruction", undefined, SIGILL, ILL_ILLOPN);
    CHECK(got_addr != NULL);
    expect("single step", step, SIGTRAP, TRAP_TRACE);
}

int main(void)
{
    static const int signals[] = {SIGFPE, SIGSEGV, SIGBUS, SIGILL, SIGTRAP};
    struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
    for (unsigned i = 0; i < sizeof signals / sizeof signals[0]; i++)
        CHECK_IS(sigaction(signals[i], &action, NULL), 0);
    test_arithmetic();
    test_memory();
    test_beyond_a_file();
    test_instructions();
    return posix_end();
}
