/* getline.c: lines in, of bounded and unbounded length. */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "internal/stdio.h"

/* Make the buffer non-empty; false at the end or on error. */
static bool fill(FILE *f)
{
    if (f->rpos < f->rend)
        return true;
    if (__file_underflow(f) == EOF)
        return false;
    f->rpos--;
    return true;
}

/* The buffered bytes up to and with the delimiter, at most `most` of them. */
static size_t chunk(FILE *f, int delim, size_t most, bool *found)
{
    size_t have = (size_t)(f->rend - f->rpos);
    if (have > most)
        have = most;
    const unsigned char *hit = memchr(f->rpos, delim, have);
    *found = hit != NULL;
    return hit ? (size_t)(hit - f->rpos) + 1 : have;
}

char *fgets_unlocked(char *restrict s, int size, FILE *restrict f)
{
    size_t done = 0, most = size > 0 ? (size_t)size - 1 : 0;
    bool ended = false;
    if (size <= 0)
        return NULL;
    while (!ended && done < most && fill(f)) {
        size_t n = chunk(f, '\n', most - done, &ended);
        memcpy(s + done, f->rpos, n);
        f->rpos += n;
        done += n;
    }
    if ((done == 0 && most > 0) || (!ended && f->flags & FILE_ERROR && done < most))
        return NULL;
    s[done] = 0;
    return s;
}

char *fgets(char *restrict s, int size, FILE *restrict f)
{
    FLOCK(f);
    char *result = fgets_unlocked(s, size, f);
    FUNLOCK(f);
    return result;
}

static bool grow(char **line, size_t *size, size_t need)
{
    if (need <= *size && *line)
        return true;
    size_t want = *size * 2 > need ? *size * 2 : need < 120 ? 120 : need;
    char *grown = realloc(*line, want);
    if (!grown)
        return false;
    *line = grown;
    *size = want;
    return true;
}

static ssize_t getdelim_locked(char **line, size_t *size, int delim, FILE *f)
{
    size_t done = 0;
    bool ended = false;
    if (!*line)
        *size = 0;
    while (!ended && fill(f)) {
        size_t n = chunk(f, delim, SIZE_MAX, &ended);
        if (n > SSIZE_MAX - done - 1) {
            errno = EOVERFLOW;
            return -1;
        }
        if (!grow(line, size, done + n + 1))
            return -1;
        memcpy(*line + done, f->rpos, n);
        f->rpos += n;
        done += n;
    }
    if (done == 0 || (!ended && f->flags & FILE_ERROR))
        return -1;
    (*line)[done] = 0;
    return (ssize_t)done;
}

ssize_t getdelim(char **restrict line, size_t *restrict size, int delim, FILE *restrict f)
{
    if (!line || !size) {
        errno = EINVAL;
        return -1;
    }
    FLOCK(f);
    ssize_t n = getdelim_locked(line, size, delim, f);
    FUNLOCK(f);
    return n;
}

ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict f)
{
    return getdelim(line, size, '\n', f);
}
