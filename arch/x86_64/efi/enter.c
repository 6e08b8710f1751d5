/* enter.c: what only the processor can do: look at its paging mode, and go over to the kernel. */
#include "arch/x86_64/efi/loader.h"

#define CR4_PGE     (1ULL << 7)
#define CR4_LA57    (1ULL << 12)
#define CR4_PCIDE   (1ULL << 17)
#define CR4_CET     (1ULL << 23)
#define CR4_DROPPED (CR4_PGE | CR4_PCIDE | CR4_CET)

static uint64_t read_cr4(void)
{
    uint64_t value;
    __asm__ volatile("mov %%cr4, %0" : "=r"(value));
    return value;
}

bool has_four_levels(void)
{
    return !(read_cr4() & CR4_LA57);
}

/* Global pages of the firmware would outlive its tables. From the new CR3 on no memory of the firmware's is used: its stack
 * need not be mapped. */
void enter_kernel(const struct tables *tables, uint64_t entry, const struct handoff *handoff)
{
    __asm__ volatile("cli\n\t"
                     "cld\n\t"
                     "mov %0, %%cr4\n\t"
                     "mov %1, %%cr3\n\t"
                     "mov %2, %%rsp\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "call *%3\n\t"
                     "ud2"
                     :
                     : "r"(read_cr4() & ~CR4_DROPPED), "r"((uint64_t)tables),
                       "r"((uint64_t)(tables->stack + TABLES_STACK)), "r"(entry), "D"(handoff)
                     : "memory");
    __builtin_unreachable();
}
