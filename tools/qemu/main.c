/* main.c: the command line of dyad-qemu: a few options of its own, then those of the Linux program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console.h"
#include "qemu.h"

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

/* kernel.elf in the folder of the running program. */
static const char *default_kernel(void)
{
    static char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - sizeof("kernel.elf"));
    if (n < 0)
        return "kernel.elf";
    path[n] = '\0';
    strcpy(strrchr(path, '/') + 1, "kernel.elf");
    return path;
}

int main(int argc, char **argv)
{
    static struct qemu_options options;
    static struct machine_ports ports;
    int left = parse_own(&options, argc, argv);
    options_parse(&options.host, left, argv);
    if (!options.kernel)
        options.kernel = default_kernel();
    if (access(options.kernel, R_OK) != 0)
        host_fail("cannot read the kernel %s; build it, or name another with --kernel",
                  options.kernel);
    int module = module_make(&options);
    link_init();
    console_init(options.host.tty);
    if (options.host.tty)
        terminal_start(); /* forks, so before the first thread */
    machine_start(&options, module, &ports);
    console_host_start(options.host.tty);
    link_run(&ports);
}
