/* head: the first lines or bytes of files. */
#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "programs/lib/program.h"

static const char usage[] = "head [-n LINES | -c BYTES] [FILE...]";

static int64_t lines = 10, bytes = -1;
static bool headings;

/* How much of the buffer still belongs to the output; counts *left down. */
static size_t portion(const char *buffer, size_t len, int64_t *left)
{
    if (bytes >= 0) {
        size_t part = (int64_t)len < *left ? len : (size_t)*left;
        *left -= (int64_t)part;
        return part;
    }
    size_t used = 0;
    while (used < len && *left > 0) {
        const char *newline = memchr(buffer + used, '\n', len - used);
        if (!newline)
            return len;
        used = (size_t)(newline - buffer) + 1;
        --*left;
    }
    return used;
}

static int show(int fd, const char *name)
{
    static bool later;
    char buffer[8192];
    int64_t left = bytes >= 0 ? bytes : lines;
    if (headings)
        printf("%s==> %s <==\n", later ? "\n" : "", name);
    later = true;
    while (left > 0) {
        ssize_t got = read(fd, buffer, sizeof(buffer));
        if (got < 0) {
            warn("%s", name);
            return 1;
        }
        if (got == 0)
            break;
        fwrite(buffer, 1, portion(buffer, (size_t)got, &left), stdout);
    }
    return 0;
}

int main(int argc, char **argv)
{
    int option;
    if (argc > 1 && argv[1][0] == '-' && isdigit((unsigned char)argv[1][1])) { /* head -5 */
        lines = program_number(argv[1] + 1, false);
        optind = 2;
    }
    while ((option = getopt(argc, argv, "n:c:")) != -1) {
        if (option == 'n')
            lines = program_number(optarg, true);
        else if (option == 'c')
            bytes = program_number(optarg, true);
        else
            program_usage(usage, 2);
    }
    headings = argc - optind > 1;
    return program_finish(program_each_input(argc - optind, argv + optind, show));
}
