/* sleep: waits for some seconds; fractions and the units s, m, h, d are understood. */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "programs/lib/program.h"

static double parse(const char *text)
{
    char *end;
    double value = strtod(text, &end), factor = 1;
    if (*end == 'm')
        factor = 60;
    else if (*end == 'h')
        factor = 3600;
    else if (*end == 'd')
        factor = 86400;
    if (*end && strchr("smhd", *end))
        end++;
    if (end == text || *end || !(value >= 0) || value * factor > 1e15)
        errx(2, "%s: not a time", text);
    return value * factor;
}

int main(int argc, char **argv)
{
    double seconds = 0;
    if (argc < 2 || argv[1][0] == '-')
        program_usage("sleep SECONDS...", 2);
    for (int i = 1; i < argc; i++)
        seconds += parse(argv[i]);
    struct timespec left = {.tv_sec = (time_t)seconds};
    left.tv_nsec = (long)((seconds - (double)left.tv_sec) * 1e9);
    while (nanosleep(&left, &left) != 0) {
        if (errno != EINTR)
            err(1, NULL);
    }
    return 0;
}
