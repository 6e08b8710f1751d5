/* options.c: the command line of the Linux program. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"

#define MEMORY_DEFAULT    (256UL << 20)
#define MEMORY_MIN        (16UL << 20)
#define MEMORY_MAX        (1UL << 40)
#define CORES_DEFAULT_MAX 4u

static const char usage[] =
    "Usage: dyad-hosted [OPTION]... [-c COMMAND [ARG]... | SCRIPT [ARG]...]\n"
    "Run Dyad as a Linux program. Without COMMAND and SCRIPT: a shell.\n"
    "\n"
    "  -c COMMAND       run `sh -c COMMAND ARG...`; its exit status becomes ours\n"
    "  --cores N        cores of the machine, 1 to 64 (default: those of the host, at most 4)\n"
    "  --mem SIZE       its memory, with a suffix K, M or G (default 256M)\n"
    "  --add PATH       copy a host file or folder to /host; may be repeated\n"
    "  --initfs FILE    the system image (default: initfs.cpio beside this program)\n"
    "  --seed N         one core in virtual time: everything happens the same way for the same N\n"
    "  --record FILE    the same, and keep what comes from outside in FILE\n"
    "  --replay FILE    do what was recorded again; takes no command\n"
    "  --any-build      ... also when another build of dyad has recorded it\n"
    "  --trace FILE     with one of these: a line for each trap\n"
    "  --trace-hash FILE  the hashes of the trace and of the final state (-v: to stderr)\n"
    "  --debug-guest    let gdb set breakpoints in guest programs\n"
    "  -v               print the kernel's log to stderr; twice: debug messages as well\n"
    "  --help           this text\n"
    "\n"
    "In a session on a terminal: Ctrl-] then q leaves it, Ctrl-] twice types one.\n";

/* A decimal number with an optional suffix; 0 when it is none or too large. */
uint64_t options_size(const char *text)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (end == text || text[0] < '0' || text[0] > '9' || errno)
        return 0;
    unsigned shift = 0;
    switch (*end) {
    case 'k':
    case 'K': shift = 10; break;
    case 'm':
    case 'M': shift = 20; break;
    case 'g':
    case 'G': shift = 30; break;
    default: break;
    }
    end += shift != 0;
    if (*end || value > UINT64_MAX >> shift)
        return 0;
    return value << shift;
}

static uint64_t parse_memory(const char *text)
{
    uint64_t bytes = options_size(text) & ~(DYAD_PAGE_SIZE - 1);
    if (bytes < MEMORY_MIN || bytes > MEMORY_MAX)
        host_fail("--mem %s: give a size from 16M to 1024G, such as 256M or 2G", text);
    return bytes;
}

static unsigned parse_cores(const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (end == text || *end || text[0] == '-' || value < 1 || value > DYAD_CPUS_MAX)
        host_fail("--cores %s: give a number from 1 to %d", text, DYAD_CPUS_MAX);
    return (unsigned)value;
}

/* initfs.cpio in the folder of the running program. */
static const char *default_initfs(void)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - sizeof("initfs.cpio"));
    if (n < 0)
        return "initfs.cpio";
    path[n] = '\0';
    char *slash = strrchr(path, '/');
    strcpy(slash ? slash + 1 : path, "initfs.cpio");
    char *copy = strdup(path);
    return copy ? copy : "initfs.cpio";
}

/* The value of option `name` at argv[*i]: "--name VALUE" or "--name=VALUE"; NULL when argv[*i] is another option. */
static const char *value_of(const char *name, int argc, char **argv, int *i)
{
    size_t length = strlen(name);
    const char *word = argv[*i];
    ASSERT(word != NULL); /* *i < argc */
    if (strncmp(word, name, length) != 0)
        return NULL;
    if (word[length] == '=')
        return word + length + 1;
    if (word[length] != '\0')
        return NULL;
    if (*i + 1 >= argc)
        host_fail("%s needs a value; see --help", name);
    return argv[++*i];
}

static void add_path(struct host_options *o, const char *path)
{
    const char **more = realloc(o->add, (o->add_count + 1) * sizeof(*more));
    if (!more)
        host_fail("out of memory");
    o->add = more;
    o->add[o->add_count++] = path;
}

static bool parse_flag(struct host_options *o, const char *word)
{
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        fputs(usage, stdout);
        exit(0);
    }
    if (strcmp(word, "--debug-guest") == 0) {
        o->debug_guest = true;
        return true;
    }
    if (strcmp(word, "--any-build") == 0) {
        o->any_build = true;
        return true;
    }
    if (strcmp(word, "-v") == 0 || strcmp(word, "-vv") == 0) {
        o->verbosity = word[2] || o->verbosity ? 3 : 2;
        return true;
    }
    return false;
}

static uint64_t parse_seed(const char *text)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (end == text || *end || text[0] < '0' || text[0] > '9' || errno)
        host_fail("--seed %s: give a number from 0 to %llu", text, UINT64_MAX + 0ULL);
    return value;
}

static bool parse_replay(struct host_options *o, int argc, char **argv, int *i)
{
    const char *value;
    if ((value = value_of("--seed", argc, argv, i))) {
        o->seed = parse_seed(value);
        o->seeded = true;
    } else if ((value = value_of("--record", argc, argv, i))) {
        o->record = value;
    } else if ((value = value_of("--replay", argc, argv, i))) {
        o->replay = value;
    } else if ((value = value_of("--trace-hash", argc, argv, i))) {
        o->trace_hash = value;
    } else if ((value = value_of("--trace", argc, argv, i))) {
        o->trace = value;
    } else {
        return false;
    }
    return true;
}

static bool parse_valued(struct host_options *o, int argc, char **argv, int *i)
{
    const char *value;
    if ((value = value_of("--cores", argc, argv, i)))
        o->cores = parse_cores(value);
    else if ((value = value_of("--mem", argc, argv, i)))
        o->memory_bytes = parse_memory(value);
    else if (parse_replay(o, argc, argv, i))
        return true;
    else if ((value = value_of("--initfs", argc, argv, i)))
        o->initfs = value;
    else if ((value = value_of("--add", argc, argv, i)))
        add_path(o, value);
    else if ((value = value_of("-c", argc, argv, i)))
        o->command = value;
    else
        return false;
    return true;
}

static void default_sizes(struct host_options *o)
{
    unsigned host_cpus = host_cpu_count();
    bool one_core = o->seeded || o->record || o->replay;
    if (one_core && o->cores > 1)
        host_fail("--cores %u: --seed, --record and --replay are for one core", o->cores);
    if (one_core)
        o->cores = 1;
    else if (!o->cores)
        o->cores = host_cpus < CORES_DEFAULT_MAX ? host_cpus : CORES_DEFAULT_MAX;
    o->memory_given = o->memory_bytes != 0;
    if (!o->memory_given)
        o->memory_bytes = MEMORY_DEFAULT;
}

/* Everything after -c COMMAND or SCRIPT belongs to it. */
void options_parse(struct host_options *o, int argc, char **argv)
{
    *o = (struct host_options){0};
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && argv[i][1] && !o->command; i++) {
        if (strcmp(argv[i], "--") == 0) {
            i++;
            break;
        }
        if (!parse_flag(o, argv[i]) && !parse_valued(o, argc, argv, &i))
            host_fail("unknown option %s; see --help", argv[i]);
    }
    if (!o->command && i < argc)
        o->script = argv[i++];
    o->arguments = argv + i;
    o->argument_count = (unsigned)(argc - i);
    default_sizes(o);
    if (!o->initfs)
        o->initfs = default_initfs();
    o->tty = !o->command && !o->script && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}
