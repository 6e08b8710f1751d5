/* plan.c: from the boot arguments to what the session runs. */
#include "servers/init/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/error.h"

#define VECTOR_MAX 512

/* A NULL-terminated array under construction. */
struct vector {
    char **items;
    size_t count;
    bool failed;
};

static void vector_add(struct vector *v, const char *text)
{
    char **items = v->failed || v->count >= VECTOR_MAX
                       ? NULL
                       : realloc(v->items, (v->count + 2) * sizeof *items);

    if (!items) {
        v->failed = true;
        return;
    }
    v->items = items;
    items[v->count] = strdup(text);
    items[v->count + 1] = NULL;
    v->failed = !items[v->count];
    v->count += !v->failed;
}

static void strings_free(char **items)
{
    for (char **item = items; item && *item; item++)
        free(*item);
    free(items);
}

/* The value of "key=value", or NULL when the argument is another one. */
static const char *value_of(const char *arg, const char *key)
{
    size_t length = strlen(key);

    return strncmp(arg, key, length) == 0 && arg[length] == '=' ? arg + length + 1 : NULL;
}

struct settings {
    bool tty, verbose, screen;
    const char *command, *script, *term;
};

static void read_setting(struct settings *s, const char *arg)
{
    const char *value;

    if ((value = value_of(arg, "tty")))
        s->tty = strcmp(value, "1") == 0;
    else if ((value = value_of(arg, "console")))
        s->screen = strcmp(value, "screen") == 0;
    else if ((value = value_of(arg, "verbose")))
        s->verbose = strcmp(value, "1") == 0;
    else if ((value = value_of(arg, "command")))
        s->command = value;
    else if ((value = value_of(arg, "script")))
        s->script = value;
    else if ((value = value_of(arg, "term")))
        s->term = value;
}

/* The i-th argument's start: walks a NUL-separated, NUL-terminated block. */
static const char *next_arg(const char *arg)
{
    return arg + strlen(arg) + 1;
}

static void build_argv(struct vector *argv, const struct settings *s, const char *block,
                       const char *end)
{
    vector_add(argv, "sh");
    if (s->command) {
        vector_add(argv, "-c");
        vector_add(argv, s->command);
    } else if (s->script) {
        vector_add(argv, s->script);
    } else {
        return;
    }
    for (const char *arg = block; arg < end; arg = next_arg(arg)) {
        const char *value = value_of(arg, "arg");
        if (value)
            vector_add(argv, value);
    }
}

static void build_envp(struct vector *envp, const struct settings *s)
{
    char term[64];

    snprintf(term, sizeof term, "TERM=%s",
             s->term && *s->term ? s->term
             : s->tty            ? "linux"
                                 : "dumb");
    vector_add(envp, "PATH=/bin:/sbin");
    vector_add(envp, "HOME=/root");
    vector_add(envp, "PWD=/root");
    vector_add(envp, "USER=root");
    vector_add(envp, "LOGNAME=root");
    vector_add(envp, "SHELL=/bin/sh");
    vector_add(envp, "PS1=dyad:$PWD# ");
    vector_add(envp, term);
}

int plan_make(struct plan *plan, const char *args, size_t length)
{
    struct settings s = {0};
    struct vector argv = {0}, envp = {0};
    char *block = malloc(length + 1);

    *plan = (struct plan){0};
    if (!block)
        return -ERR_NOMEM;
    memcpy(block, args, length);
    block[length] = '\0';
    for (const char *arg = block; arg < block + length; arg = next_arg(arg))
        read_setting(&s, arg);
    build_argv(&argv, &s, block, block + length);
    build_envp(&envp, &s);
    *plan = (struct plan){.tty = s.tty,
                          .screen = s.tty && s.screen,
                          .verbose = s.verbose,
                          .argv = argv.items,
                          .envp = envp.items};
    free(block);
    return argv.failed || envp.failed ? -ERR_NOMEM : 0;
}

void plan_free(struct plan *plan)
{
    strings_free(plan->argv);
    strings_free(plan->envp);
    *plan = (struct plan){0};
}

int plan_exit_status(int wait_status)
{
    int signo = wait_status & 0x7f;

    return signo ? 128 + signo : wait_status >> 8 & 0xff;
}
