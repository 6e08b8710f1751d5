/* script.c: the "#!" line. */
#include <string.h>
#include "internal/process.h"

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at;
}

static int copy_text(char *to, size_t room, const char *from, const char *end)
{
    size_t n = (size_t)(end - from);
    if (n >= room)
        return -ERR_NOEXEC;
    memcpy(to, from, n);
    to[n] = 0;
    return 0;
}

int __script_decode(const char *head, size_t length, struct script_line *out)
{
    if (length < 2 || head[0] != '#' || head[1] != '!')
        return 0;
    const char *end = memchr(head, '\n', length);
    if (!end)
        return -ERR_NOEXEC;
    if (memchr(head, 0, (size_t)(end - head)))
        return -ERR_NOEXEC;
    while (end > head + 2 && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
        end--;
    const char *start = skip_blanks(head + 2, end);
    const char *stop = start;
    while (stop < end && *stop != ' ' && *stop != '\t')
        stop++;
    if (start == stop || copy_text(out->interpreter, sizeof out->interpreter, start, stop) < 0)
        return -ERR_NOEXEC;
    /* The rest is one argument, blanks inside included. */
    if (copy_text(out->argument, sizeof out->argument, skip_blanks(stop, end), end) < 0)
        return -ERR_NOEXEC;
    return 1;
}
