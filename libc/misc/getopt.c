/*
 * getopt.c: options, short and long. getopt stops at the first operand, as POSIX says. With getopt_long options may stand between
 * operands, and move before those, unless the option string begins with '+' or POSIXLY_CORRECT is set. With '-' at the beginning
 * operands are option 1.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *optarg;
int optind = 1, opterr = 1, optopt, optreset;

/* The place in a group of short options, as in -abc; null between arguments. */
static const char *group;

struct request {
    int argc;
    char **argv;
    const char *opts; /* without the leading + - : */
    bool stop_at_operand, operands_are_options, quiet, missing_is_colon;
    const struct option *longs;
    int *index;
    bool single_dash; /* getopt_long_only */
};

static void complain(const struct request *r, const char *text, const char *name, size_t len)
{
    if (r->quiet)
        return;
    fprintf(stderr, "%s: %s -- '%.*s'\n", r->argv[0] ? r->argv[0] : "", text, (int)len, name);
}

/* argv[from] .. argv[optind - 1] go behind the `count` operands before them. */
static void move_before(char **argv, int operands, int from)
{
    for (int i = from; i < optind; i++) {
        char *arg = argv[i];
        memmove(argv + operands + 1, argv + operands, (size_t)(i - operands) * sizeof *argv);
        argv[operands++] = arg;
    }
}

static int missing_argument(const struct request *r, const char *name, size_t len, int option)
{
    optopt = option;
    if (r->missing_is_colon)
        return ':';
    complain(r, "option needs an argument", name, len);
    return '?';
}

static int long_option(const struct request *r, const char *name);

/* -Wname and -W name, with "W;" among the options: --name. */
static int long_by_short(const struct request *r, const char *at)
{
    const char *name = group ? group : optind < r->argc ? r->argv[optind] : NULL;
    group = NULL;
    return name ? long_option(r, name) : missing_argument(r, at, 1, (unsigned char)*at);
}

static int short_option(const struct request *r)
{
    const char *at = group++;
    const char *spec = *at == ':' || *at == ';' ? NULL : strchr(r->opts, *at);
    if (!*group) {
        group = NULL;
        optind++;
    }
    if (!spec) {
        optopt = (unsigned char)*at;
        if (!r->missing_is_colon)
            complain(r, "unknown option", at, 1);
        return '?';
    }
    if (*at == 'W' && spec[1] == ';' && r->longs)
        return long_by_short(r, at);
    if (spec[1] != ':')
        return (unsigned char)*at;
    if (group) { /* -ovalue */
        optarg = (char *)group;
        group = NULL;
        optind++;
    } else if (spec[2] != ':') { /* -o value */
        if (optind >= r->argc)
            return missing_argument(r, at, 1, (unsigned char)*at);
        optarg = r->argv[optind++];
    }
    return (unsigned char)*at;
}

/* The exact name, or the only option that the name begins; -1: none, -2: several. */
static int find_long(const struct request *r, const char *name, size_t len)
{
    int found = -1;
    for (int i = 0; r->longs[i].name; i++) {
        const struct option *o = &r->longs[i];
        if (strncmp(o->name, name, len) != 0)
            continue;
        if (o->name[len] == 0)
            return i;
        if (found >= 0) {
            const struct option *other = &r->longs[found];
            bool same =
                other->has_arg == o->has_arg && other->flag == o->flag && other->val == o->val;
            if (!same)
                found = -2;
        } else if (found == -1) {
            found = i;
        }
    }
    return found;
}

static int long_option(const struct request *r, const char *name)
{
    size_t len = strcspn(name, "=");
    int i = find_long(r, name, len);
    optind++;
    if (i < 0) {
        optopt = 0;
        if (!r->missing_is_colon)
            complain(r, i == -1 ? "unknown option" : "ambiguous option", name, len);
        return '?';
    }
    const struct option *o = &r->longs[i];
    if (name[len] && o->has_arg == no_argument) {
        optopt = o->val;
        if (!r->missing_is_colon)
            complain(r, "option takes no argument", name, len);
        return '?';
    }
    if (name[len]) {
        optarg = (char *)name + len + 1;
    } else if (o->has_arg == required_argument) {
        if (optind >= r->argc)
            return missing_argument(r, name, len, o->val);
        optarg = r->argv[optind++];
    }
    if (r->index)
        *r->index = i;
    if (!o->flag)
        return o->val;
    *o->flag = o->val;
    return 0;
}

static bool is_option(const char *arg)
{
    return arg[0] == '-' && arg[1];
}

/* The argument at optind is an option: take it. */
static int take_option(const struct request *r)
{
    const char *arg = r->argv[optind];
    if (r->longs && arg[1] == '-')
        return long_option(r, arg + 2);
    if (r->longs && r->single_dash) {
        /* A short option alone is no beginning of a long one: there would be no way to give it. */
        bool is_short = strchr(r->opts, arg[1]) && arg[1] != ':' && arg[1] != ';';
        bool alone = is_short && arg[2] == 0;
        if (!alone && (!is_short || find_long(r, arg + 1, strcspn(arg + 1, "=")) != -1))
            return long_option(r, arg + 1);
    }
    group = arg + 1;
    return short_option(r);
}

/* Operands skipped before the option under way: they are argv[first] .. argv[at - 1]. */
static int skipped_first, skipped_at;

/* The option is complete, with its argument: move it before the operands. Not sooner, or -o would take an operand. */
static void settle(const struct request *r)
{
    int taken = optind - skipped_at;
    if (group || skipped_first == skipped_at)
        return;
    move_before(r->argv, skipped_first, skipped_at);
    optind = skipped_first + taken;
    skipped_first = skipped_at = 0;
}

/* Find the next option; -1: there is none, 1: an operand to be returned, 0: argv[optind] is an option. */
static int find_option(const struct request *r)
{
    int first = optind;
    bool permute = !r->stop_at_operand && !r->operands_are_options;
    while (permute && optind < r->argc && r->argv[optind] && !is_option(r->argv[optind]))
        optind++;
    if (optind >= r->argc || !r->argv[optind]) {
        optind = first;
        return -1;
    }
    if (!is_option(r->argv[optind]))
        return r->operands_are_options ? 1 : -1;
    skipped_first = first;
    skipped_at = optind;
    return 0;
}

static int next(struct request *r)
{
    int result;
    if (group) {
        result = short_option(r);
    } else {
        int found = find_option(r);
        if (found < 0)
            return -1;
        if (found > 0) {
            optarg = r->argv[optind++];
            return 1;
        }
        if (strcmp(r->argv[optind], "--") == 0) {
            optind++;
            result = -1;
        } else {
            result = take_option(r);
        }
    }
    settle(r);
    return result;
}

static int run(struct request *r, const char *opts)
{
    if (optind == 0 || optreset) {
        optind = optind ? optind : 1;
        optreset = 0;
        group = NULL;
    }
    optarg = NULL;
    r->stop_at_operand |= *opts == '+' || getenv("POSIXLY_CORRECT");
    r->operands_are_options = *opts == '-';
    opts += *opts == '+' || *opts == '-';
    r->missing_is_colon = *opts == ':';
    r->opts = opts + r->missing_is_colon;
    r->quiet = !opterr;
    return next(r);
}

int getopt(int argc, char *const argv[], const char *opts)
{
    struct request r = {.argc = argc, .argv = (char **)argv, .stop_at_operand = true};
    return run(&r, opts);
}

int getopt_long(int argc, char *const argv[], const char *opts, const struct option *longs,
                int *index)
{
    struct request r = {.argc = argc, .argv = (char **)argv, .longs = longs, .index = index};
    return run(&r, opts);
}

int getopt_long_only(int argc, char *const argv[], const char *opts, const struct option *longs,
                     int *index)
{
    struct request r = {
        .argc = argc, .argv = (char **)argv, .longs = longs, .index = index, .single_dash = true};
    return run(&r, opts);
}
