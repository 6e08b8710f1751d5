/* state.c: the process's signal actions, and blocking everything for a moment. */
#include "internal/signals.h"

struct signal_state __signals;
uint64_t __signal_xsave_size;

uint64_t __signals_block_all(void)
{
    uint64_t old = 0;
    dyad_signal_control(SIGNAL_SET_MASK, SIGNALS_ALL, dyad_arg(&old));
    return old;
}

void __signals_restore(uint64_t mask)
{
    dyad_signal_control(SIGNAL_SET_MASK, mask, 0);
}
