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
    bool uefi; /* start by firmware and loader from a disk, not by PVH */
};

/* main.c: the path of a file in the folder of this program. Memory: the caller's. */
char *path_beside_program(const char *name);

/* module.c: what the machine gets beside the kernel, as files without names that a child can inherit. */
int anonymous_file(const char *name);
void put(int file, const void *data, size_t bytes);
/* The archives alone: the system image, and behind it the overlay of --add. */
int archive_make(const struct qemu_options *options);
/* For QEMU's -initrd: archives, then boot arguments (arch/x86_64/boot/pvh.h). */
int module_make(const struct qemu_options *options);
/* The boot arguments, NUL-separated: the Linux program's and the kernel's own. Memory: the caller's. */
char *args_make(const struct qemu_options *options, size_t *bytes);

/* uefi.c: what --uefi needs: a disk like ./dyad image's, with this run's archives and arguments, and the firmware's variables. */
struct uefi_files {
    int disk, variables;
};
#define UEFI_CODE "/usr/share/OVMF/OVMF_CODE_4M.fd"
struct uefi_files uefi_make(const struct qemu_options *options);

/* firmware.c: what comes out of COM1 before the kernel: the firmware's and the loader's text. */
void firmware_init(bool verbose);
/* Takes what is not the kernel's; -> the bytes taken, from the start. Ends the program when the loader cannot go on. */
size_t firmware_text(const char *text, size_t bytes);

/* machine.c */
struct machine_ports {
    int link, log; /* sockets: COM2, COM1 */
};
void machine_prepare(const struct qemu_options *options); /* before the terminal is ours */
void machine_start(const struct qemu_options *options, struct machine_ports *ports);

/* link.c: frames between the machine and the consoles, until it ends with a status. With `noise` there may be firmware's text before
 * the first frame. */
void link_init(void); /* before the consoles have a thread */
_Noreturn void link_run(const struct machine_ports *ports, bool noise);
