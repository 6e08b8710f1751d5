/* fiber.h: stacks that the simulator switches between, in one OS thread. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct fiber {
    void *sp;    /* saved stack pointer while it does not run */
    void *stack; /* lowest address; NULL: the thread's own stack */
    size_t bytes;
    void *fake_stack;            /* AddressSanitizer's */
    void (*run)(void *argument); /* never returns */
    void *argument;
};

/* A fiber with a stack of its own, kept for the life of the program. */
void fiber_create(struct fiber *fiber, size_t stack_bytes);
/* It starts anew, from `run`, when it is next switched to; what was on its stack is forgotten. */
void fiber_reset(struct fiber *fiber, void (*run)(void *), void *argument);
/* `from` is the running one. */
void fiber_switch(struct fiber *from, struct fiber *to);
