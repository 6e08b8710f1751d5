/* pause.c: wait for a handler to run. */
#include <signal.h>
#include <unistd.h>
#include "internal/cancel.h"
#include "internal/signals.h"

int pause(void)
{
    uint64_t mask = 0;
    dyad_signal_control(SIGNAL_BLOCK, 0, dyad_arg(&mask));
    return (int)__result(CANCELLABLE(__signal_suspend(mask)));
}
