/* restart.h: a machine that starts again: dyad executes itself, in the same Linux process. */
#pragma once

/* First of all: the command line, before anybody changes it, and what the process has inherited. */
void restart_prepare(int argc, char **argv);
/* The machine may restart. Without it (its boot arguments say what to do, and it would do that for ever) a reboot ends dyad. */
void restart_allow(void);
/* Children are killed, the terminal is as it was. Returns when it was not allowed, or did not work. */
void restart(void);
