/* main.c: dyad as a Linux program. This thread becomes core 0. */
#include <fcntl.h>
#include <unistd.h>

#include "core/machine.h"
#include "host.h"
#include "replay/replay.h"
#include "restart.h"

/* Descriptors 0 to 2 must be open, or files opened later would take their place. */
static void open_standard_streams(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd < 3);
    if (fd >= 0)
        close(fd);
}

int main(int argc, char **argv)
{
    static struct boot_info info; /* borrowed by the machine */
    static struct host_options options;
    open_standard_streams();
    host_crash_handlers();
    restart_prepare(argc, argv);
    options_parse(&options, argc, argv);
    if (!options.command && !options.script)
        restart_allow();
    replay_init(&options);
    if (!replay_bootargs(&info.args, &info.args_bytes))
        bootargs_make(&options, &info.args, &info.args_bytes);
    host_boot(&options, &info);
    struct machine *machine = machine_boot(&info);
    if (!machine)
        arch_halt(HOST_FAILURE); /* it has said why */
    struct cpu *cpu = machine_cpu(machine, 0);
    host_cpu_enter(cpu);
    cpu_main(cpu);
}
