/* pty.h: a program on a pseudo-terminal, typed at and read like a person would. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

struct pty {
    int fd;
    pid_t pid;
    char text[65536]; /* everything seen and not yet consumed by pty_expect; NUL-terminated */
    size_t length;
    FILE *copy; /* everything read is written there as well; NULL: nowhere */
};

/* Start argv on a new terminal of that size. Exits the test on failure. */
void pty_start(struct pty *pty, char *const argv[], unsigned short rows, unsigned short cols);
void pty_type(struct pty *pty, const char *keys);
/* Wait until `text` appears and drop everything up to its end. On failure prints what was seen instead. */
bool pty_expect(struct pty *pty, const char *text, int timeout_ms);
void pty_resize(struct pty *pty, unsigned short rows, unsigned short cols);
/* Wait for the end: the wait status, or -1 when it does not come (it is killed then). */
int pty_wait(struct pty *pty, int timeout_ms);
