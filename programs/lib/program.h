/* program.h: what several of the commands need. Messages go to stderr as "name: subject: reason". */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Prints "usage: TEXT" and exits with `status`. */
_Noreturn void program_usage(const char *text, int status);

/* Copies until end of file. False: errno tells why. */
bool program_copy(int from, int to);
/* Writes all of it. False: errno. */
bool program_write_all(int fd, const void *data, size_t len);

/* A whole decimal number, or usage error: exits with status 2. suffixes: accept k, M, G (1024). */
int64_t program_number(const char *text, bool suffixes);

/* Says "poweroff N" or "reboot" to init; does not return, except with a message and status 1 when init cannot be asked. */
_Noreturn void program_end_machine(const char *command);

/* Flushes stdout: call it last. Returns status, or 1 with a message when the output could not be written. */
int program_finish(int status);
