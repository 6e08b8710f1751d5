/* features.c: what the processor can do, and switching it on. */
#include "memory.h"
#include "x86.h"

#define XCR0_X87     (1UL << 0)
#define XCR0_SSE     (1UL << 1)
#define XCR0_AVX     (1UL << 2)
#define XCR0_AVX512  (7UL << 5)
#define FXSAVE_BYTES 512

struct features features;

static bool bit(uint32_t word, unsigned number)
{
    return word >> number & 1;
}

/* Components that user code may use. AMX, MPX, PKRU and supervisor states stay off. */
static uint64_t xcr0_choose(uint64_t supported)
{
    uint64_t chosen = XCR0_X87 | XCR0_SSE;
    if (supported & XCR0_AVX) {
        chosen |= XCR0_AVX;
        if ((supported & XCR0_AVX512) == XCR0_AVX512)
            chosen |= XCR0_AVX512;
    }
    return chosen;
}

/* The standard format: each component has its place, so the last one tells the size. */
static uint32_t xsave_size(uint64_t xcr0)
{
    uint32_t bytes = FXSAVE_BYTES + 64;
    for (unsigned i = 2; i < 63; i++) {
        if (!(xcr0 >> i & 1))
            continue;
        struct cpuid r = cpuid(0xd, i);
        if (r.a + r.b > bytes)
            bytes = r.a + r.b;
    }
    return bytes;
}

static void find_extended(uint32_t last)
{
    if (last >= 7) {
        struct cpuid r = cpuid(7, 0);
        features.fsgsbase = bit(r.b, 0);
        features.smep = bit(r.b, 7);
        features.rdseed = bit(r.b, 18);
        features.smap = bit(r.b, 20);
        features.umip = bit(r.c, 2);
    }
    features.xsave_bytes = FXSAVE_BYTES;
    if (features.xsave && last >= 0xd) {
        struct cpuid r = cpuid(0xd, 0);
        features.xcr0 = xcr0_choose((uint64_t)r.d << 32 | r.a);
        features.xsave_bytes = xsave_size(features.xcr0);
        features.xsaveopt = bit(cpuid(0xd, 1).a, 0);
    }
}

void features_find(void)
{
    uint32_t last = cpuid(0, 0).a, last_extended = cpuid(0x80000000, 0).a;
    struct cpuid r = cpuid(1, 0);
    features.pcid = bit(r.c, 17);
    features.x2apic = bit(r.c, 21);
    features.tsc_deadline = bit(r.c, 24);
    features.xsave = bit(r.c, 26);
    features.rdrand = bit(r.c, 30);
    features.machine_check = bit(r.d, 7) && bit(r.d, 14);
    r = cpuid(0x80000001, 0);
    features.nx = bit(r.d, 20);
    features.gib_pages = bit(r.d, 26);
    if (last_extended >= 0x80000007)
        features.invariant_tsc = bit(cpuid(0x80000007, 0).d, 8);
    find_extended(last);
}

static void enable_machine_check(void)
{
    uint32_t banks = rdmsr(MSR_MCG_CAP) & 0xff;
    for (uint32_t i = 0; i < banks; i++) {
        wrmsr(MSR_MC0_STATUS - 1 + 4 * i, ~0UL);
        wrmsr(MSR_MC0_STATUS + 4 * i, 0);
    }
}

void features_enable(void)
{
    uint64_t cr4 = CR4_PAE | CR4_DE | CR4_PGE | CR4_OSFXSR | CR4_OSXMMEXCPT;
    cr4 |= features.umip ? CR4_UMIP : 0;
    cr4 |= features.fsgsbase ? CR4_FSGSBASE : 0;
    cr4 |= features.xsave ? CR4_OSXSAVE : 0;
    cr4 |= features.machine_check ? CR4_MCE : 0;
    wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_NXE | EFER_SCE);
    uint64_t cr0 = read_cr0() & ~(CR0_EM | CR0_TS | CR0_CD | CR0_NW);
    write_cr0(cr0 | CR0_MP | CR0_NE | CR0_WP | CR0_AM);
    write_cr4(cr4);
    wrmsr(MSR_PAT, PAT_VALUE);
    if (features.xsave)
        xsetbv(0, features.xcr0);
    if (features.machine_check)
        enable_machine_check();
}

/* What does not work with the loader's tables: pages of user mode may be in them, and CR3 may have other low bits. */
void features_enable_late(void)
{
    uint64_t cr4 = read_cr4();
    cr4 |= features.smep ? CR4_SMEP : 0;
    cr4 |= features.smap ? CR4_SMAP : 0;
    cr4 |= features.pcid ? CR4_PCIDE : 0;
    write_cr4(cr4);
}
