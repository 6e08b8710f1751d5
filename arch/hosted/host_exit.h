/* host_exit.h: the ways out of dyad. */
#pragma once

void host_stop_if_leaving(void);      /* wait for the end of dyad when it has begun */
_Noreturn void host_exit(int status); /* at once: kill the stubs, restore the terminal */
