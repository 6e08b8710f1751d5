/* main.c: the command line of dyad-qemu: a few options of its own, then those of the Linux program. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console.h"
#include "qemu.h"
#include "restart.h"

static const char usage[] =
    "Usage: dyad-qemu [OPTION]... [-c COMMAND [ARG]... | SCRIPT [ARG]...]\n"
    "Run Dyad's native kernel in QEMU. Without COMMAND and SCRIPT: a shell.\n"
    "\n"
    "  -c COMMAND       run `sh -c COMMAND ARG...`; its exit status becomes ours\n"
    "  --cores N        cores of the machine, 1 to 64 (default: those of the host, at most 4)\n"
    "  --mem SIZE       its memory, with a suffix K, M or G (default 256M)\n"
    "  --add PATH       copy a host file or folder to /host; may be repeated\n"
    "  --initfs FILE    the system image (default: initfs.cpio beside this program)\n"
    "  --kernel FILE    the kernel (default: kernel.elf beside this program)\n"
    "  --append WORDS   boot arguments for the kernel (arch/x86_64/options.h)\n"
    "  --cpu MODEL      QEMU's -cpu (default max)\n"
    "  --uefi           boot by UEFI firmware (OVMF) from a disk made for this run, not by PVH\n"
    "  --icount         one instruction takes one nanosecond; nothing else makes time pass\n"
    "  --gdb            wait for gdb on port 1234; says how to start it\n"
    "  -v               print the kernel's log to stderr; twice: debug messages as well\n"
    "  --help           this text\n"
    "\n"
    "In a session on a terminal: Ctrl-] then q leaves it, Ctrl-] twice types one. The exit status is 125\n"
    "when the machine cannot be started, or ends without a status.\n";

static _Noreturn void show_usage(void)
{
    fputs(usage, stdout);
    exit(0);
}

/* The options of dyad-hosted that take a value as the next word. */
static bool takes_value(const char *word)
{
    static const char *const names[] = {"--cores", "--mem", "--initfs", "--add"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        if (strcmp(word, names[i]) == 0)
            return true;
    return false;
}

static const char *value_of(const char *name, int argc, char **argv, int *i)
{
    if (strcmp(argv[*i], name) != 0)
        return NULL;
    if (*i + 1 >= argc)
        host_fail("%s needs a value", name);
    return argv[++*i];
}

static bool take_own(struct qemu_options *o, int argc, char **argv, int *i)
{
    const char *value;
    if (strcmp(argv[*i], "--gdb") == 0)
        o->gdb = true;
    else if (strcmp(argv[*i], "--icount") == 0)
        o->icount = true;
    else if (strcmp(argv[*i], "--uefi") == 0)
        o->uefi = true;
    else if (strcmp(argv[*i], "--help") == 0 || strcmp(argv[*i], "-h") == 0)
        show_usage();
    else if ((value = value_of("--cpu", argc, argv, i)))
        o->cpu = value;
    else if ((value = value_of("--kernel", argc, argv, i)))
        o->kernel = value;
    else if ((value = value_of("--append", argc, argv, i)))
        o->append = value;
    else
        return false;
    return true;
}

/* Take our options out of argv; what follows -c or the script is not ours. -> the number of words left. */
static int parse_own(struct qemu_options *o, int argc, char **argv)
{
    int left = 1, i = 1;
    for (; i < argc; i++) {
        if (argv[i][0] != '-' || !argv[i][1] || strcmp(argv[i], "--") == 0 ||
            strncmp(argv[i], "-c", 2) == 0)
            break;
        if (take_own(o, argc, argv, &i))
            continue;
        bool value = takes_value(argv[i]) && i + 1 < argc;
        argv[left++] = argv[i];
        if (value)
            argv[left++] = argv[++i];
    }
    while (i < argc)
        argv[left++] = argv[i++];
    argv[left] = NULL;
    return left;
}

char *path_beside_program(const char *name)
{
    char folder[4096], *path;
    ssize_t n = readlink("/proc/self/exe", folder, sizeof(folder) - 1);
    if (n < 0)
        host_fail("cannot find this program's own folder (/proc/self/exe): %s", strerror(errno));
    folder[n] = '\0';
    *strrchr(folder, '/') = '\0';
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        host_fail("out of memory");
    return path;
}

int main(int argc, char **argv)
{
    static struct qemu_options options;
    static struct machine_ports ports;
    restart_prepare(argc, argv);
    int left = parse_own(&options, argc, argv);
    options_parse(&options.host, left, argv);
    if (options.host.seeded || options.host.record || options.host.replay)
        host_fail(
            "dyad-qemu cannot record or replay: --seed, --record and --replay are dyad-hosted's");
    if (!options.host.command && !options.host.script)
        restart_allow();
    if (!options.kernel)
        options.kernel = path_beside_program("kernel.elf");
    if (access(options.kernel, R_OK) != 0)
        host_fail("cannot read the kernel %s; build it, or name another with --kernel",
                  options.kernel);
    if (options.uefi)
        firmware_init(options.host.verbosity > 0);
    machine_prepare(&options);
    link_init();
    console_init(options.host.tty);
    if (options.host.tty)
        terminal_start(); /* forks, so before the first thread */
    machine_start(&options, &ports);
    console_host_start(options.host.tty);
    link_run(&ports, options.uefi);
}
