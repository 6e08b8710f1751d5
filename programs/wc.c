/* wc: counts lines, words and bytes. */
#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <unistd.h>

#include "programs/lib/program.h"

static const char usage[] = "wc [-lwcm] [FILE...]";

struct counts {
    uint64_t lines, words, bytes;
};
static struct counts total;
static bool show_lines, show_words, show_bytes;
static bool named;

static void print(const struct counts *counts, const char *name)
{
    const char *gap = "";
    bool single = show_lines + show_words + show_bytes == 1 && !named;
    int width = single ? 1 : 7;
    if (show_lines)
        gap = printf("%*llu", width, (unsigned long long)counts->lines) > 0 ? " " : "";
    if (show_words)
        gap = printf("%s%*llu", gap, width, (unsigned long long)counts->words) > 0 ? " " : "";
    if (show_bytes)
        printf("%s%*llu", gap, width, (unsigned long long)counts->bytes);
    if (named)
        printf(" %s", name);
    putchar('\n');
}

static int count(int fd, const char *name)
{
    static char buffer[65536];
    struct counts counts = {0};
    bool in_word = false;
    ssize_t got;
    while ((got = read(fd, buffer, sizeof(buffer))) > 0) {
        counts.bytes += (uint64_t)got;
        for (ssize_t i = 0; i < got; i++) {
            bool space = isspace((unsigned char)buffer[i]);
            counts.lines += buffer[i] == '\n';
            counts.words += !space && !in_word;
            in_word = !space;
        }
    }
    if (got < 0)
        warn("%s", name);
    print(&counts, name);
    total.lines += counts.lines;
    total.words += counts.words;
    total.bytes += counts.bytes;
    return got < 0;
}

int main(int argc, char **argv)
{
    int option;
    while ((option = getopt(argc, argv, "lwcm")) != -1) {
        switch (option) {
        case 'l': show_lines = true; break;
        case 'w': show_words = true; break;
        case 'c':
        case 'm': show_bytes = true; break;
        default: program_usage(usage, 2);
        }
    }
    if (!show_lines && !show_words && !show_bytes)
        show_lines = show_words = show_bytes = true;
    named = optind < argc;
    int status = program_each_input(argc - optind, argv + optind, count);
    if (argc - optind > 1)
        print(&total, "total");
    return program_finish(status);
}
