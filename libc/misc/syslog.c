/* syslog.c: messages to the kernel's log, as "name[pid]: text"; the facility is not kept there. */
#include <stdarg.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>
#include "internal/gate.h"
#include "internal/lock.h"

#define LINE_ROOM 512

extern char *program_invocation_short_name;

static struct {
    struct libc_lock lock;
    /* Guarded by lock: */
    char identity[64];
    int options, mask;
} state = {.mask = 0xff};

void openlog(const char *identity, int options, int facility)
{
    (void)facility;
    libc_lock(&state.lock);
    strlcpy(state.identity, identity ? identity : "", sizeof state.identity);
    state.options = options;
    libc_unlock(&state.lock);
}

void closelog(void)
{
    openlog(NULL, 0, LOG_USER);
}

int setlogmask(int mask)
{
    libc_lock(&state.lock);
    int old = state.mask;
    if (mask)
        state.mask = mask;
    libc_unlock(&state.lock);
    return old;
}

/* The kernel's log has four levels: error, warning, info, debug. */
static uint32_t kernel_level(int priority)
{
    if (priority <= LOG_ERR)
        return 0;
    if (priority == LOG_WARNING)
        return 1;
    return priority == LOG_DEBUG ? 3 : 2;
}

/* "name: " or "name[pid]: " */
static int line_begin(char *line, int *options)
{
    libc_lock(&state.lock);
    const char *name = state.identity[0] ? state.identity : program_invocation_short_name;
    *options = state.options;
    int length = state.options & LOG_PID
                     ? snprintf(line, LINE_ROOM, "%.64s[%d]: ", name, (int)getpid())
                     : snprintf(line, LINE_ROOM, "%.64s: ", name);
    libc_unlock(&state.lock);
    return length;
}

void vsyslog(int priority, const char *format, va_list args)
{
    char line[LINE_ROOM];
    int options, saved = errno;
    if (priority & ~(LOG_PRIMASK | LOG_FACMASK) || !(LOG_MASK(LOG_PRI(priority)) & setlogmask(0)))
        return;
    int begun = line_begin(line, &options);
    errno = saved; /* for %m */
    int added = vsnprintf(line + begun, sizeof line - (size_t)begun, format, args);
    size_t length = strnlen(line, sizeof line);
    while (added >= 0 && length > 0 && line[length - 1] == '\n')
        line[--length] = '\0';
    dyad_log(kernel_level(LOG_PRI(priority)), line, length);
    if (options & LOG_PERROR)
        dprintf(STDERR_FILENO, "%s\n", line);
    errno = saved;
}

void syslog(int priority, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsyslog(priority, format, args);
    va_end(args);
}
