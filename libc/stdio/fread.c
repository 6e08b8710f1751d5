/* fread.c: objects in and out. */
#include <errno.h>
#include <string.h>
#include "internal/stdio.h"

/* A transfer of whole objects; an incomplete one does not count. */
static bool total_bytes(size_t size, size_t count, size_t *bytes)
{
    if (!__builtin_mul_overflow(size, count, bytes))
        return *bytes > 0;
    errno = EOVERFLOW;
    return false;
}

size_t fread_unlocked(void *restrict buf, size_t size, size_t count, FILE *restrict f)
{
    size_t bytes;
    if (!total_bytes(size, count, &bytes))
        return 0;
    size_t done = __file_read(f, buf, bytes);
    return done == bytes ? count : done / size;
}

size_t fwrite_unlocked(const void *restrict buf, size_t size, size_t count, FILE *restrict f)
{
    size_t bytes;
    if (!total_bytes(size, count, &bytes))
        return 0;
    size_t done = __file_write(f, buf, bytes);
    return done == bytes ? count : done / size;
}

size_t fread(void *restrict buf, size_t size, size_t count, FILE *restrict f)
{
    FLOCK(f);
    size_t done = fread_unlocked(buf, size, count, f);
    FUNLOCK(f);
    return done;
}

size_t fwrite(const void *restrict buf, size_t size, size_t count, FILE *restrict f)
{
    FLOCK(f);
    size_t done = fwrite_unlocked(buf, size, count, f);
    FUNLOCK(f);
    return done;
}

int fputs_unlocked(const char *restrict s, FILE *restrict f)
{
    size_t n = strlen(s);
    return __file_write(f, s, n) == n ? 0 : EOF;
}

int fputs(const char *restrict s, FILE *restrict f)
{
    FLOCK(f);
    int result = fputs_unlocked(s, f);
    FUNLOCK(f);
    return result;
}
