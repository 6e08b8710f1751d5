/* user.h: the gate's place, for the checks of a context's registers. */
#pragma once
#define GATE_BYTES 3 /* syscall; ret */
