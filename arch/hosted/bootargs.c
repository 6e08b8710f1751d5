/* bootargs.c: the boot arguments of abi/kernel_schemes.h, made from the options. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

static void add(FILE *out, const char *key, const char *value)
{
    fprintf(out, "%s=%s", key, value);
    fputc('\0', out);
}

void bootargs_make(const struct host_options *options, const char **args, uint32_t *bytes)
{
    char *text;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        host_fail("out of memory");
    if (options->tty)
        add(out, "tty", "1");
    if (options->command)
        add(out, "command", options->command);
    if (options->script) {
        const char *slash = strrchr(options->script, '/');
        fputs("script=/host/.script/", out);
        fputs(slash ? slash + 1 : options->script, out);
        fputc('\0', out);
    }
    for (unsigned i = 0; i < options->argument_count; i++)
        add(out, "arg", options->arguments[i]);
    if (options->verbosity)
        add(out, "verbose", "1");
    const char *term = getenv("TERM");
    bool same = options->seeded && !options->tty; /* the same on every host */
    if (term && *term && !same)
        add(out, "term", term);
    if (fclose(out) != 0)
        host_fail("out of memory");
    *args = text;
    *bytes = (uint32_t)length;
}
