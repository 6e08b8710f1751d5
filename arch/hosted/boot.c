/* boot.c: bring the body up: clocks, RAM, shared pages, consoles, stubs, the archives in RAM. */
#include <cpuid.h>

#include "console.h"
#include "host.h"
#include "stub_pool.h"

/* Of the components that the host has enabled; a signal frame of the guest must hold them all. */
static uint32_t xsave_bytes(void)
{
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE))
        return 512;
    return __get_cpuid_count(0xd, 0, &a, &b, &c, &d) ? b : 512;
}

/* info->args are there already. */
void host_boot(const struct host_options *options, struct boot_info *info)
{
    host_time_init();
    ram_init(options->memory_bytes);
    control_init();
    console_init(options->tty);
    bool terminal = options->tty && !options->replay; /* a replay needs none */
    if (terminal)
        terminal_start(); /* forks, so before the first thread */
    console_host_start(terminal);
    stub_pool_start(options->debug_guest);
    if (terminal)
        stub_pool_expect_child();
    info->xsave_bytes = xsave_bytes();
    initfs_load(options, info);
    info->cpu_count = options->cores;
    info->verbosity = options->verbosity;
    info->gate = STUB_GATE;
    info->body = "hosted";
}
