/* plan.h: from the boot arguments to what the session runs. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct plan {
    bool tty;    /* the session runs on tty:console, else on hw:console/0, 1 and 2 */
    bool screen; /* the terminal is the screen and the keyboard */
    bool verbose;
    char **argv; /* of the session's program: { "sh", ... }, NULL-terminated */
    char **envp;
};

/* args: hw:args, NUL-separated; unknown ones are for others. 0 or -ERR_NOMEM. plan_free in any case. */
int plan_make(struct plan *plan, const char *args, size_t length);
void plan_free(struct plan *plan);

/* The exit status of the machine for the session's wait status, as a shell has it. */
int plan_exit_status(int wait_status);
