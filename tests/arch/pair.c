/* pair.c: see pair.h. */
#include "pair.h"

void run_and_answer(void *argument)
{
    struct pair *pair = argument;
    struct trap trap;
    uint64_t seen = 0;
    while (!atomic_load(&pair->stop)) {
        arch_user_run(&pair->user->user, &pair->p->space.arch, &trap);
        uint64_t rounds = atomic_load(&pair->rounds);
        if (rounds != seen) {
            seen = rounds + 1;
            atomic_store(&pair->rounds, seen);
            arch_cpu_kick(player_cpu(0));
        }
        if (trap.kind == TRAP_SYSCALL)
            arch_user_result(&pair->user->user, 0);
    }
    arch_user_leave(&pair->user->user); /* on the core that ran it */
}
