/* grep: lines that contain a fixed string. Patterns are not regular expressions here: -F is always on. */
#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "programs/lib/program.h"

static const char usage[] = "grep [-F] [-chilnqvx] [-e STRING]... [STRING] [FILE...]";

#define PATTERNS_MAX 32
static const char *patterns[PATTERNS_MAX];
static size_t pattern_count;
static bool count_only, fold, names_only, numbers, quiet, invert, whole_line, with_names;
static bool found_any;

static bool contains(const char *line, const char *pattern)
{
    if (whole_line)
        return (fold ? strcasecmp(line, pattern) : strcmp(line, pattern)) == 0;
    return (fold ? strcasestr(line, pattern) : strstr(line, pattern)) != NULL;
}

static bool matches(const char *line)
{
    for (size_t i = 0; i < pattern_count; i++) {
        if (contains(line, patterns[i]))
            return !invert;
    }
    return invert;
}

static void print_match(const char *name, uint64_t number, const char *line, size_t len)
{
    if (with_names)
        printf("%s:", name);
    if (numbers)
        printf("%llu:", (unsigned long long)number);
    fwrite(line, 1, len, stdout);
    putchar('\n');
}

static int search(int fd, const char *name)
{
    FILE *file = fdopen(dup(fd), "r");
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    uint64_t number = 0, found = 0;
    if (!file) {
        warn("%s", name);
        return 1;
    }
    while ((len = getline(&line, &size, file)) >= 0) {
        number++;
        if (len && line[len - 1] == '\n')
            line[--len] = '\0';
        if (!matches(line))
            continue;
        found++;
        if (quiet || names_only)
            break;
        if (!count_only)
            print_match(name, number, line, (size_t)len);
    }
    bool failed = ferror(file);
    if (failed)
        warn("%s", name);
    free(line);
    fclose(file);
    found_any = found_any || found;
    if (names_only && found && !quiet)
        puts(name);
    if (count_only && !names_only && !quiet)
        printf("%s%s%llu\n", with_names ? name : "", with_names ? ":" : "",
               (unsigned long long)found);
    return failed;
}

static void add_pattern(const char *text)
{
    if (pattern_count == PATTERNS_MAX)
        errx(2, "more than %d patterns", PATTERNS_MAX);
    patterns[pattern_count++] = text;
}

int main(int argc, char **argv)
{
    int option;
    bool no_names = false, names = false;
    while ((option = getopt(argc, argv, "FchHilnqsvxe:")) != -1) {
        switch (option) {
        case 'F':
        case 's': break;
        case 'c': count_only = true; break;
        case 'h': no_names = true; break;
        case 'H': names = true; break;
        case 'i': fold = true; break;
        case 'l': names_only = true; break;
        case 'n': numbers = true; break;
        case 'q': quiet = true; break;
        case 'v': invert = true; break;
        case 'x': whole_line = true; break;
        case 'e': add_pattern(optarg); break;
        default: program_usage(usage, 2);
        }
    }
    if (!pattern_count && optind == argc)
        program_usage(usage, 2);
    if (!pattern_count)
        add_pattern(argv[optind++]);
    with_names = (argc - optind > 1 || names) && !no_names;
    int failed = program_each_input(argc - optind, argv + optind, search);
    if (program_finish(failed))
        return quiet && found_any ? 0 : 2;
    return found_any ? 0 : 1;
}
