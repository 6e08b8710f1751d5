/* system_text.c: the kernel's text files. */
#include <string.h>
#include "internal/files.h"
#include "internal/system_text.h"

size_t __system_text(const char *name, char *buf, size_t size)
{
    int64_t handle = __path_open(-1, name, FILE_READ, 0);
    if (handle < 0)
        return 0;
    int64_t n = __handle_read((handle_t)handle, buf, size - 1, -1);
    dyad_handle_close((handle_t)handle);
    size_t len = n < 0 ? 0 : (size_t)n;
    buf[len] = 0;
    return len;
}

uint64_t __system_value(const char *text, const char *name)
{
    size_t len = strlen(name);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        if (*line == '\n')
            line++;
        if (strncmp(line, name, len) != 0 || line[len] != ' ')
            continue;
        uint64_t value = 0;
        for (const char *digit = line + len + 1; *digit >= '0' && *digit <= '9'; digit++)
            value = value * 10 + (uint64_t)(*digit - '0');
        return value;
    }
    return 0;
}
