/* host_exit.h: the ways out of dyad. */
#pragma once

_Noreturn void host_exit(int status); /* at once: kill the stubs, restore the terminal */
