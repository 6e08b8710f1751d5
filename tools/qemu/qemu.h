/*
 * qemu.h: dyad-qemu: a host program that starts QEMU with the native kernel and stands between its serial ports and our standard
 * streams. The streams' side (rings, terminal, signals, escape key) is arch/hosted's; this is the other side of its consoles.
 */
#pragma once
#include "host.h"

struct qemu_options {
    struct host_options host;
    const char *kernel; /* kernel.elf */
    const char *append; /* more boot arguments, separated by blanks */
    const char *cpu;    /* QEMU's -cpu; NULL: max */
    bool gdb, icount;
};

/* module.c: what QEMU loads beside the kernel: archives, then boot arguments. -> a file that a child can inherit. */
int module_make(const struct qemu_options *options);

/* machine.c */
struct machine_ports {
    int link, log; /* sockets: COM2, COM1 */
};
void machine_start(const struct qemu_options *options, int module, struct machine_ports *ports);

/* link.c: frames between the machine and the consoles, until it ends with a status. */
void link_init(void); /* before the consoles have a thread */
_Noreturn void link_run(const struct machine_ports *ports);
