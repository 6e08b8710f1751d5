/* tail: the last lines or bytes of files. */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "programs/lib/program.h"

static const char usage[] = "tail [-n [+]LINES | -c [+]BYTES] [FILE...]";

static int64_t amount = 10;
static bool by_bytes, from_start; /* from_start: amount is the number of the first one shown */
static bool headings;

static void parse_amount(const char *text)
{
    from_start = text[0] == '+';
    amount = program_number(text, true);
    if (amount < 0)
        amount = -amount;
}

/* The whole input; *len bytes on the heap, NULL on error. */
static char *read_all(int fd, size_t *len)
{
    size_t room = 65536;
    char *buffer = malloc(room);
    *len = 0;
    while (buffer) {
        ssize_t got = read(fd, buffer + *len, room - *len);
        if (got < 0) {
            free(buffer);
            return NULL;
        }
        if (got == 0)
            break;
        *len += (size_t)got;
        if (*len == room) {
            room *= 2;
            char *grown = realloc(buffer, room);
            if (!grown)
                free(buffer);
            buffer = grown;
        }
    }
    return buffer;
}

/* The start of the last `count` lines of a text. */
static size_t last_lines(const char *text, size_t len, int64_t count)
{
    size_t at = len;
    if (count == 0)
        return len;
    if (at && text[at - 1] == '\n')
        at--;
    while (at > 0) {
        if (text[at - 1] == '\n' && --count == 0)
            return at;
        at--;
    }
    return 0;
}

static size_t first_lines(const char *text, size_t len, int64_t skip)
{
    size_t at = 0;
    while (skip > 0 && at < len) {
        const char *newline = memchr(text + at, '\n', len - at);
        if (!newline)
            return len;
        at = (size_t)(newline - text) + 1;
        skip--;
    }
    return at;
}

static size_t shown_from(const char *text, size_t len)
{
    int64_t skip = amount > 0 ? amount - 1 : 0;
    if (from_start && by_bytes)
        return (uint64_t)skip < len ? (size_t)skip : len;
    if (from_start)
        return first_lines(text, len, skip);
    if (by_bytes)
        return (uint64_t)amount < len ? len - (size_t)amount : 0;
    return last_lines(text, len, amount);
}

/* Start of the last lines of a file that can be read backwards, or -1 when it cannot. */
static off_t seek_lines(int fd)
{
    char block[8192];
    int64_t left = amount;
    off_t end = lseek(fd, 0, SEEK_END);
    if (end < 0 || from_start || by_bytes || left == 0)
        return -1;
    for (off_t at = end; at > 0;) {
        size_t len =
            at % (off_t)sizeof(block) ? (size_t)(at % (off_t)sizeof(block)) : sizeof(block);
        at -= (off_t)len;
        if (pread(fd, block, len, at) != (ssize_t)len)
            return -1;
        for (size_t i = len; i > 0; i--) {
            bool last_byte = at + (off_t)i == end;
            if (block[i - 1] == '\n' && !last_byte && --left == 0)
                return at + (off_t)i;
        }
    }
    return 0;
}

static int show(int fd, const char *name)
{
    static bool later;
    size_t len;
    if (headings)
        printf("%s==> %s <==\n", later ? "\n" : "", name);
    later = true;
    fflush(stdout);
    off_t start = seek_lines(fd);
    if (start >= 0 && lseek(fd, start, SEEK_SET) == start) {
        if (program_copy(fd, STDOUT_FILENO))
            return 0;
        warn("%s", name);
        return 1;
    }
    (void)lseek(fd, 0, SEEK_SET); /* A pipe has nothing to go back to. */
    char *text = read_all(fd, &len);
    if (!text) {
        warn("%s", name);
        return 1;
    }
    size_t from = shown_from(text, len);
    fwrite(text + from, 1, len - from, stdout);
    free(text);
    return 0;
}

int main(int argc, char **argv)
{
    int option;
    if (argc > 1 && (argv[1][0] == '-' || argv[1][0] == '+') &&
        isdigit((unsigned char)argv[1][1])) { /* tail -5 */
        parse_amount(argv[1][0] == '-' ? argv[1] + 1 : argv[1]);
        optind = 2;
    }
    while ((option = getopt(argc, argv, "n:c:")) != -1) {
        if (option != 'n' && option != 'c')
            program_usage(usage, 2);
        by_bytes = option == 'c';
        parse_amount(optarg);
    }
    headings = argc - optind > 1;
    return program_finish(program_each_input(argc - optind, argv + optind, show));
}
