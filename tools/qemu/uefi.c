/* uefi.c: the disk of one run by UEFI, made by tools/image (dyad-image beside this program), and the firmware's variables. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qemu.h"

#define UEFI_VARIABLES "/usr/share/OVMF/OVMF_VARS_4M.fd"
#define MEMORY_MIN     (64UL << 20)

/* One boot argument as a line of boot.conf (arch/x86_64/efi/conf.h). */
static void put_argument(FILE *out, const char *text)
{
    fputs("argument=", out);
    for (; *text; text++) {
        if (*text == '\\')
            fputs("\\\\", out);
        else if (iscntrl((unsigned char)*text))
            fprintf(out, "\\x%02x", (unsigned char)*text);
        else
            fputc(*text, out);
    }
    fputc('\n', out);
}

static int conf_make(const struct qemu_options *options)
{
    char *conf;
    size_t conf_bytes, args_bytes;
    FILE *out = open_memstream(&conf, &conf_bytes);
    if (!out)
        host_fail("out of memory");
    char *args = args_make(options, &args_bytes);
    for (size_t at = 0; at < args_bytes; at += strlen(args + at) + 1)
        put_argument(out, args + at);
    free(args);
    if (options->gdb)
        fputs("append=nokaslr=1\n", out);
    if (options->append)
        fprintf(out, "append=%s\n", options->append);
    if (fclose(out) != 0)
        host_fail("out of memory");
    int file = anonymous_file("dyad-boot.conf");
    put(file, conf, conf_bytes);
    free(conf);
    return file;
}

static char *fd_path(int file)
{
    char *path;
    if (asprintf(&path, "/proc/self/fd/%d", file) < 0)
        host_fail("out of memory");
    return path;
}

/* Standard output is the guest's alone. */
static void run(char *const words[])
{
    int status;
    pid_t child = fork();
    if (child < 0)
        host_fail("cannot start a process: %s", strerror(errno));
    if (child == 0) {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        execv(words[0], words);
        dprintf(STDERR_FILENO, "dyad: cannot run %s: %s\n", words[0], strerror(errno));
        _exit(HOST_FAILURE);
    }
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            host_fail("cannot wait for %s: %s", words[0], strerror(errno));
    if (status != 0)
        host_fail("cannot make the disk to boot from");
}

static int disk_make(const struct qemu_options *options)
{
    int disk = anonymous_file("dyad-disk"), archive = archive_make(options),
        conf = conf_make(options);
    char *words[] = {path_beside_program("dyad-image"),
                     "--loader",
                     path_beside_program("BOOTX64.EFI"),
                     "--kernel",
                     strdup(options->kernel),
                     "--initfs",
                     fd_path(archive),
                     "--conf",
                     fd_path(conf),
                     "--output",
                     fd_path(disk),
                     NULL};
    run(words);
    for (size_t i = 0; i < ARRAY_COUNT(words); i += 2)
        free(words[i]);
    close(archive);
    close(conf);
    return disk;
}

/* A copy, because the firmware writes to it. */
static int variables_make(void)
{
    uint8_t buffer[1 << 14];
    int from = open(UEFI_VARIABLES, O_RDONLY | O_CLOEXEC);
    if (from < 0 || access(UEFI_CODE, R_OK) != 0)
        host_fail("there is no UEFI firmware (%s, %s): apt-get install ovmf", UEFI_CODE,
                  UEFI_VARIABLES);
    int to = anonymous_file("dyad-uefi-variables");
    for (ssize_t n; (n = read(from, buffer, sizeof(buffer))) != 0;) {
        if (n < 0)
            host_fail("cannot read %s: %s", UEFI_VARIABLES, strerror(errno));
        put(to, buffer, (size_t)n);
    }
    close(from);
    return to;
}

struct uefi_files uefi_make(const struct qemu_options *options)
{
    if (options->host.memory_bytes < MEMORY_MIN)
        host_fail("--uefi needs --mem %luM or more: the firmware does not start with less",
                  MEMORY_MIN >> 20);
    int variables = variables_make();
    return (struct uefi_files){.disk = disk_make(options), .variables = variables};
}
