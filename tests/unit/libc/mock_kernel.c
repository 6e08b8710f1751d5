/* mock_kernel.c: the gate of host tests. */
#include "mock_kernel.h"
#include <stdbool.h>
#include "abi/error.h"
#include "abi/syscall.h"

int64_t (*mock_syscall)(uint64_t number, const uint64_t args[6]);
int mock_calls, mock_fail_at = -1;

int *dy___errno_location(void);
void mock_gate(void);
int64_t mock_enter(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
                   uint64_t f);

uint64_t dy___dyad_gate = (uint64_t)(uintptr_t)&mock_gate;
static const uint64_t auxv[] = {0x1000, 0x123, 0, 0};
const uint64_t *dy___auxv = auxv;
const void *dy___startup;

int *dy___errno_location(void)
{
    static int our_errno;
    return &our_errno;
}

/* From the kernel's convention to C's. */
__asm__(".globl mock_gate\n"
        "mock_gate:\n"
        "    push %r9\n"
        "    mov %r8, %r9\n"
        "    mov %r10, %r8\n"
        "    mov %rdx, %rcx\n"
        "    mov %rsi, %rdx\n"
        "    mov %rdi, %rsi\n"
        "    mov %rax, %rdi\n"
        "    call mock_enter\n"
        "    pop %r9\n"
        "    ret\n");

int64_t mock_enter(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
                   uint64_t f)
{
    const uint64_t args[6] = {a, b, c, d, e, f};
    bool frees = number == SYS_unmap || number == SYS_handle_close;
    if (mock_calls++ == mock_fail_at && !frees)
        return -ERR_NOMEM;
    return mock_syscall(number, args);
}

void mock_reset(void)
{
    mock_calls = 0;
    mock_fail_at = -1;
}
