/* seq: prints a sequence of numbers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <err.h>

#include "programs/lib/program.h"

static const char usage[] = "seq [-s SEPARATOR] [-w] [FIRST [STEP]] LAST";

static bool is_whole(const char *text)
{
    return text[strspn(text, "+-0123456789")] == '\0';
}

static double number(const char *text)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end)
        errx(2, "%s: not a number", text);
    return value;
}

/* Digits behind the point, as many as the argument with the most has. */
static int decimals(const char *text)
{
    const char *point = strchr(text, '.');
    return point ? (int)strlen(point + 1) : 0;
}

static void print_whole(int64_t first, int64_t step, int64_t last, const char *separator, int width)
{
    bool later = false;
    for (int64_t i = first; step > 0 ? i <= last : i >= last; i += step) {
        printf("%s%0*lld", later ? separator : "", width, (long long)i);
        later = true;
        if (step > 0 ? i > INT64_MAX - step : i < INT64_MIN - step)
            break;
    }
    if (later)
        putchar('\n');
}

static void print_fractions(double first, double step, double last, const char *separator,
                            int width, int digits)
{
    bool later = false;
    /* Counted, not added up, so that errors do not grow. */
    for (int64_t i = 0;; i++) {
        double value = first + (double)i * step;
        if (step > 0 ? value > last + step * 1e-10 : value < last + step * 1e-10)
            break;
        printf("%s%0*.*f", later ? separator : "", width, digits, value);
        later = true;
    }
    if (later)
        putchar('\n');
}

int main(int argc, char **argv)
{
    const char *separator = "\n", *texts[3] = {"1", "1", NULL};
    bool equal_width = false;
    int at = 1;
    /* Not getopt: "-5" is a number. */
    for (; at < argc && argv[at][0] == '-' && strchr("sw", argv[at][1]) && argv[at][1]; at++) {
        if (argv[at][1] == 'w')
            equal_width = true;
        else if (argv[at][2])
            separator = argv[at] + 2;
        else if (at + 1 < argc)
            separator = argv[++at];
    }
    int count = argc - at;
    if (count < 1 || count > 3)
        program_usage(usage, 2);
    texts[2] = argv[argc - 1];
    if (count > 1)
        texts[0] = argv[at];
    if (count > 2)
        texts[1] = argv[at + 1];
    int digits = 0, width = 0;
    bool whole = true;
    for (int i = 0; i < 3; i++) {
        int have = decimals(texts[i]);
        digits = i < 2 && have > digits ? have : digits;
        whole = whole && is_whole(texts[i]);
        int len = (int)strlen(texts[i]);
        width = equal_width && i != 1 && len > width ? len : width;
    }
    double step = number(texts[1]);
    if (step == 0)
        errx(2, "the step must not be 0");
    if (whole)
        print_whole(program_number(texts[0], false), program_number(texts[1], false),
                    program_number(texts[2], false), separator, width);
    else
        print_fractions(number(texts[0]), step, number(texts[2]), separator, width, digits);
    return program_finish(0);
}
