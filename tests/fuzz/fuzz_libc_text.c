/*
 * fuzz_libc_text.c: the small parsers: getopt and getopt_long, getsubopt, the environment, basename and dirname, syslog's lines;
 * against the host's, where they say the same.
 */
#include <getopt.h>
#include <libgen.h>
#include <syslog.h>

#include "libc/fuzz_libc.h"

DY(getopt);
DY(getopt_long);
DY(getsubopt);
DY(setenv);
DY(putenv);
DY(unsetenv);
DY(getenv);
DY(clearenv);
DY(basename);
DY(dirname);
DY(syslog);
DY(vsyslog);
DY(openlog);
extern char *dy_optarg;
extern int dy_optind, dy_opterr, dy_optopt;
extern char **dy_environ;
extern char *dy_program_invocation_short_name;

enum { ARGUMENTS_MAX = 10, WORD_ROOM = 24, LINE_BYTES = 512 };

/* The call that syslog makes: a line for the kernel's log. */
int64_t dy_dyad_syscall3(uint64_t number, uint64_t level, uint64_t address, uint64_t length)
{
    const char *line = (const char *)address;
    EXPECT(level < 4 && length < LINE_BYTES && strnlen(line, LINE_BYTES) >= length);
    return 0;
}

/* What one parse of the arguments gives, as text. */
struct parse {
    char log[2000];
    size_t length;
};

static void note(struct parse *p, int option, const char *arg, int opt, int index)
{
    p->length += (size_t)snprintf(p->log + p->length, sizeof p->log - p->length, "%d %s %d %d;",
                                  option, arg ? arg : "-", opt, index);
    if (p->length >= sizeof p->log)
        p->length = sizeof p->log - 1;
}

/* In optopt the host has characters beyond ASCII as negative numbers. */
static char *plain(char *text)
{
    for (char *p = text; *p; p++)
        *p = *p & 0x80 ? '-' : *p;
    return text;
}

static void run_getopt(struct input *in)
{
    static const struct option longs[] = {
        {"alpha", no_argument, NULL, 'A'},           {"alpine", required_argument, NULL, 'B'},
        {"beta", optional_argument, NULL, 'C'},      {"b", no_argument, NULL, 'D'},
        {"gamma-ray", required_argument, NULL, 'E'}, {NULL, 0, NULL, 0}};
    static const char *const options[] = {
        "ab:c::", "+ab:c", "-ab:c::", ":ab:c::", "+:a:b:", ":a:b:c:"};
    bool is_long = input_byte(in) & 1;
    /* Where '-' makes operands options and no option is long, POSIX and the host part. */
    const char *letters = options[input_below(in, 6)];
    char *words[2][ARGUMENTS_MAX + 2], *texts[ARGUMENTS_MAX + 1];
    int count = 0;
    texts[count++] = strdup("program");
    while (in->at < in->end && count < ARGUMENTS_MAX)
        texts[count++] = plain(input_string(in, WORD_ROOM));
    for (int i = 0; i < 2; i++) {
        memcpy(words[i], texts, (size_t)count * sizeof texts[0]);
        words[i][count] = NULL;
    }
    struct parse ours = {.length = 0}, theirs = {.length = 0};
    int option, index;
    setenv("POSIXLY_CORRECT", "1", 1); /* getopt itself never moves operands in Dyad */
    if (is_long)
        unsetenv("POSIXLY_CORRECT");
    dy_opterr = opterr = 0;
    dy_optind = optind = 0;
    for (int calls = 0; calls < 200; calls++) {
        index = -1;
        option = is_long ? dy_getopt_long(count, words[0], letters, longs, &index)
                         : dy_getopt(count, words[0], letters);
        note(&ours, option, dy_optarg, option == '?' || option == ':' ? dy_optopt : 0, index);
        if (option == -1)
            break;
    }
    for (int calls = 0; calls < 200; calls++) {
        index = -1;
        option = is_long ? getopt_long(count, words[1], letters, longs, &index)
                         : getopt(count, words[1], letters);
        note(&theirs, option, optarg, option == '?' || option == ':' ? optopt : 0, index);
        if (option == -1)
            break;
    }
    bool same = strcmp(ours.log, theirs.log) == 0 && dy_optind == optind;
    for (int i = 0; same && i < count; i++)
        same = words[0][i] == words[1][i];
    if (!same) {
        for (int i = 0; i < count; i++)
            fprintf(stderr, "%s|", fuzz_quoted(texts[i], strlen(texts[i])));
        FAIL("getopt%s %s: ours %s optind %d, the host's %s optind %d", is_long ? "_long" : "",
             letters, ours.log, dy_optind, theirs.log, optind);
    }
    for (int i = 0; i < count; i++)
        free(texts[i]);
}

static void run_getsubopt(struct input *in)
{
    static char *const keys[] = {"ro", "rw", "name", "size", "ro2", NULL};
    char *a = input_string(in, 100), *b = strdup(a), *ours = a, *theirs = b, *value, *host_value;
    while (*ours && *theirs) {
        int i = dy_getsubopt(&ours, keys, &value), j = getsubopt(&theirs, keys, &host_value);
        EXPECT(i == j && ours - a == theirs - b && !value == !host_value &&
               (!value || strcmp(value, host_value) == 0));
    }
    EXPECT(!*ours == !*theirs);
    free(a);
    free(b);
}

static void run_environment(struct input *in)
{
    char *given[8] = {NULL};
    int count = 0;
    dy_clearenv();
    clearenv();
    for (int steps = 0; in->at < in->end && steps < 40; steps++) {
        unsigned step = input_byte(in);
        char *name = input_string(in, 6), *value = input_string(in, 10);
        int ours = 0, theirs = 0;
        switch (step % 4) {
        case 0:
        case 1:
            ours = dy_setenv(name, value, step & 4), theirs = setenv(name, value, step & 4);
            break;
        case 2: ours = dy_unsetenv(name), theirs = unsetenv(name); break;
        default:
            if (count < 8 && strchr(name, '=') && *name != '=') {
                given[count] = strdup(name);
                ours = dy_putenv(given[count]), theirs = putenv(given[count]);
                count++;
            }
        }
        EXPECT(ours == theirs);
        name[strcspn(name, "=")] = 0;
        const char *a = dy_getenv(name), *b = getenv(name);
        if (!a != !b || (a && strcmp(a, b) != 0))
            FAIL("getenv(%s): ours %s, the host's %s", name, a ? a : "none", b ? b : "none");
        free(name);
        free(value);
    }
    dy_clearenv();
    clearenv();
    while (count > 0)
        free(given[--count]);
}

static void run_path(struct input *in)
{
    char *text = input_string(in, 60);
    char *copies[4];
    for (int i = 0; i < 4; i++)
        copies[i] = strdup(text);
    const char *a = dy_basename(copies[0]), *b = __xpg_basename(copies[1]);
    EXPECT(strcmp(a, b) == 0 || strspn(text, "/") == strlen(text)); /* "//" may stay what it is */
    a = dy_dirname(copies[2]), b = dirname(copies[3]);
    EXPECT(strcmp(a, b) == 0 || strncmp(text, "//", 2) == 0);
    for (int i = 0; i < 4; i++)
        free(copies[i]);
    free(text);
}

static void run_syslog(struct input *in)
{
    unsigned kind = input_byte(in);
    size_t length = kind & 1 ? 700 : 5;
    char *name = malloc(length + 1), *identity = input_string(in, 100),
         *text = input_string(in, 600);
    memset(name, 'n', length);
    name[length] = 0;
    dy_program_invocation_short_name = name;
    dy_openlog(kind & 2 ? identity : NULL, (int)(kind >> 2), 0);
    dy_syslog((int)input_bytes(in, 2), "%s: %m", text);
    dy_openlog(NULL, 0, 0);
    dy_program_invocation_short_name = "fuzz";
    free(name);
    free(identity);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, data + size};
    fuzz_locale();
    switch (input_byte(&in) % 5) {
    case 0: run_getopt(&in); break;
    case 1: run_getsubopt(&in); break;
    case 2: run_environment(&in); break;
    case 3: run_path(&in); break;
    default: run_syslog(&in);
    }
    return 0;
}
