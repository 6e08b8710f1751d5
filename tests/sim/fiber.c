/* fiber.c: see fiber.h. The switch saves what a call preserves on x86_64, and tells the sanitizers. */
#include "fiber.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FIBER_ASAN 1
#endif
#endif
#ifdef FIBER_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#define GUARD_BYTES 4096u

void fiber_swap(void **save_sp, void *sp);
__asm__(".text\n"
        ".type fiber_swap,@function\n"
        "fiber_swap:\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    movq %rsp, (%rdi)\n"
        "    movq %rsi, %rsp\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    ret\n"
        ".size fiber_swap,.-fiber_swap\n");

static struct fiber *arriving, *leaving;

static void fiber_arrived(void)
{
#ifdef FIBER_ASAN
    const void *bottom;
    size_t bytes;
    __sanitizer_finish_switch_fiber(arriving->fake_stack, &bottom, &bytes);
    if (leaving->stack == NULL) { /* the thread's own stack is learned when it is left first */
        leaving->bytes = bytes;
        leaving->argument = (void *)(uintptr_t)bottom;
    }
#endif
}

static void fiber_entry(void)
{
    struct fiber *self = arriving;
    fiber_arrived();
    self->run(self->argument);
    abort();
}

void fiber_create(struct fiber *fiber, size_t stack_bytes)
{
    char *memory = mmap(NULL, stack_bytes + GUARD_BYTES, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED || mprotect(memory, GUARD_BYTES, PROT_NONE) < 0) {
        perror("fiber stack");
        exit(2);
    }
    *fiber = (struct fiber){.stack = memory + GUARD_BYTES, .bytes = stack_bytes};
}

void fiber_reset(struct fiber *fiber, void (*run)(void *), void *argument)
{
#ifdef FIBER_ASAN
    __asan_unpoison_memory_region(fiber->stack, fiber->bytes);
#endif
    fiber->run = run;
    fiber->argument = argument;
    fiber->fake_stack = NULL;
    /* As fiber_swap leaves it: six registers, then where to go on; there the stack is as after a call. */
    uintptr_t *top = (uintptr_t *)((char *)fiber->stack + fiber->bytes);
    *--top = 0;
    *--top = (uintptr_t)fiber_entry;
    for (unsigned i = 0; i < 6; i++)
        *--top = 0;
    fiber->sp = top;
}

void fiber_switch(struct fiber *from, struct fiber *to)
{
    arriving = to;
    leaving = from;
#ifdef FIBER_ASAN
    const void *bottom = to->stack != NULL ? to->stack : to->argument;
    __sanitizer_start_switch_fiber(&from->fake_stack, bottom, to->bytes);
#endif
    fiber_swap(&from->sp, to->sp);
    fiber_arrived();
}
