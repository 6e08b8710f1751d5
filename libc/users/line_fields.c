/* line_fields.c: the colon-separated lines of /etc/passwd and /etc/group. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "internal/users.h"

int __fields_split(char *line, char *fields[], int count)
{
    int n = 0;
    line[strcspn(line, "\n")] = 0;
    while (n < count) {
        fields[n++] = line;
        line = strchr(line, ':');
        if (!line)
            return n;
        *line++ = 0;
    }
    return n;
}

/* Longer lines than the caller's buffer are ERANGE; empty ones, comments and unsound ones are passed over. */
int __lines_find(const char *path, char *buf, size_t size, int (*take)(char *line, void *context),
                 void *context)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return errno == ENOENT ? 0 : -errno;
    int result = 0;
    while (result == 0 && fgets(buf, (int)size, file)) {
        if (!strchr(buf, '\n') && !feof(file))
            result = -ERANGE;
        else if (buf[0] != '#' && buf[0] != '\n')
            result = take(buf, context);
    }
    fclose(file);
    return result;
}

int __parse_id(const char *text, unsigned *out)
{
    unsigned long value = 0;
    if (*text == 0)
        return -1;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return -1;
        value = value * 10 + (unsigned long)(*text - '0');
        if (value > 0xfffffffeUL)
            return -1;
    }
    *out = (unsigned)value;
    return 0;
}
