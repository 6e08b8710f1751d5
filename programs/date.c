/* date: prints the time. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "programs/lib/program.h"

static const char usage[] = "date [-u] [-d @SECONDS] [+FORMAT]";

int main(int argc, char **argv)
{
    const char *format = "%a %b %e %H:%M:%S %Z %Y";
    char text[1024];
    time_t when = time(NULL);
    struct tm tm;
    int option;
    while ((option = getopt(argc, argv, "ud:")) != -1) {
        switch (option) {
        case 'u': setenv("TZ", "UTC0", 1); break;
        case 'd':
            if (optarg[0] != '@')
                errx(2, "%s: only @SECONDS is understood", optarg);
            when = (time_t)program_number(optarg + 1, false);
            break;
        default: program_usage(usage, 2);
        }
    }
    if (argc - optind > 1 || (argc - optind == 1 && argv[optind][0] != '+'))
        program_usage(usage, 2);
    if (optind < argc)
        format = argv[optind] + 1;
    tzset();
    if (!localtime_r(&when, &tm))
        errx(1, "the time cannot be shown");
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wformat-nonliteral" /* The format is the user's. */
    size_t len = strftime(text, sizeof(text), format, &tm);
#pragma clang diagnostic pop
    if (len == 0 && *format)
        errx(1, "%s: too long", format);
    puts(len ? text : "");
    return program_finish(0);
}
