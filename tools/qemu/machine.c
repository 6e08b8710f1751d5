/* machine.c: starting QEMU, and ending it with us. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "qemu.h"
#include "stub_pool.h"

#define QEMU      "qemu-system-x86_64"
#define WORDS_MAX 80

static pid_t machine_pid;
static struct {
    int module; /* by PVH */
    struct uefi_files uefi;
} boot; /* what it boots from, inherited by the child; -1: not used */

struct words {
    char *word[WORDS_MAX];
    unsigned count;
};

static void add(struct words *w, const char *format, ...) PRINTF_LIKE(2, 3);
static void add(struct words *w, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    ASSERT(w->count + 1 < WORDS_MAX);
    if (vasprintf(&w->word[w->count], format, arguments) < 0)
        host_fail("out of memory");
    w->count++;
    va_end(arguments);
}

static void add_all(struct words *w, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add(w, "%s", texts[i]);
}

static void add_serial(struct words *w, const char *name, int fd)
{
    add(w, "-chardev");
    add(w, "socket,id=%s,fd=%d", name, fd);
    add(w, "-serial");
    add(w, "chardev:%s", name);
}

static void add_pvh(struct words *w, const struct qemu_options *o)
{
    add(w, "-kernel");
    add(w, "%s", o->kernel);
    add(w, "-initrd");
    add(w, "/proc/self/fd/%d", boot.module);
    add(w, "-append");
    add(w, "%s%s", o->append ? o->append : "", o->gdb ? " nokaslr=1" : "");
}

/* Firmware as a machine has it: a disk, a screen (which nobody sees), random numbers. */
static void add_uefi(struct words *w)
{
    static const char *const devices[] = {"-device", "virtio-blk-pci,drive=disk,bootindex=0",
                                          "-device", "virtio-rng-pci",
                                          "-vga",    "std"};
    add(w, "-drive");
    add(w, "if=pflash,unit=0,format=raw,readonly=on,file=%s", UEFI_CODE);
    add(w, "-drive");
    add(w, "if=pflash,unit=1,format=raw,file=/proc/self/fd/%d", boot.uefi.variables);
    add(w, "-drive");
    add(w, "if=none,id=disk,format=raw,file=/proc/self/fd/%d", boot.uefi.disk);
    add_all(w, devices, ARRAY_COUNT(devices));
}

static void add_machine(struct words *w, const struct qemu_options *o)
{
    static const char *const plain[] = {QEMU,          "-M",       "q35",  "-display",   "none",
                                        "-nodefaults", "-monitor", "none", "-no-reboot", "-cpu"};
    add_all(w, plain, ARRAY_COUNT(plain));
    add(w, "%s", o->cpu ? o->cpu : "max");
    add(w, "-m");
    add(w, "%lluK", (unsigned long long)(o->host.memory_bytes >> 10));
    add(w, "-smp");
    add(w, "%u", o->host.cores);
    add(w, "-accel");
    add(w, "tcg");
    if (o->icount) {
        add(w, "-icount");
        add(w, "shift=0,sleep=off");
    }
    if (o->gdb) {
        add(w, "-S");
        add(w, "-s");
    }
}

/* Before the terminal changes: an error is seen, and what is run for it finds the terminal as it was. */
void machine_prepare(const struct qemu_options *options)
{
    boot.module = -1;
    boot.uefi = (struct uefi_files){-1, -1};
    if (options->uefi)
        boot.uefi = uefi_make(options);
    else
        boot.module = module_make(options);
}

static void socket_pair(int ends[2])
{
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        host_fail("cannot make a socket: %s", strerror(errno));
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
}

/* In the child: nothing of the terminal's, and gone when we are. */
static _Noreturn void become(char **words, pid_t parent)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(HOST_FAILURE);
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    execvp(words[0], words);
    dprintf(STDERR_FILENO, "dyad: cannot run %s: %s; apt-get install qemu-system-x86\n", words[0],
            strerror(errno));
    _exit(HOST_FAILURE);
}

static void say_how_to_debug(const struct qemu_options *options)
{
    fprintf(
        stderr,
        "dyad: waiting for gdb: gdb %s -ex 'symbol-file %s -o 0xffffffff7ff00000' -ex 'target remote :1234'\n",
        options->kernel, options->kernel);
}

/* The first serial port is the log, the second the link. */
void machine_start(const struct qemu_options *options, struct machine_ports *ports)
{
    int link[2], log[2];
    struct words words = {.count = 0};
    add_machine(&words, options);
    if (options->uefi)
        add_uefi(&words);
    else
        add_pvh(&words, options);
    socket_pair(link);
    socket_pair(log);
    add_serial(&words, "log", log[1]);
    add_serial(&words, "link", link[1]);
    words.word[words.count] = NULL;
    if (options->gdb)
        say_how_to_debug(options);
    pid_t parent = getpid();
    machine_pid = fork();
    if (machine_pid < 0)
        host_fail("cannot start a process: %s", strerror(errno));
    if (machine_pid == 0)
        become(words.word, parent);
    close(link[1]);
    close(log[1]);
    const int files[] = {boot.module, boot.uefi.disk, boot.uefi.variables};
    for (size_t i = 0; i < ARRAY_COUNT(files); i++)
        if (files[i] >= 0)
            close(files[i]);
    for (unsigned i = 0; i < words.count; i++)
        free(words.word[i]);
    *ports = (struct machine_ports){.link = link[0], .log = log[0]};
}

/* What arch/hosted/fail.c ends before it leaves: its children there, QEMU here. */
void stub_pool_shutdown(void)
{
    if (machine_pid > 0)
        kill(machine_pid, SIGKILL);
}
