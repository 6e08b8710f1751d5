/* module.c: the system image, the overlay of --add, and the boot arguments, for QEMU's -initrd or for a disk. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arch/x86_64/boot/pvh.h"
#include "qemu.h"

int anonymous_file(const char *name)
{
    int file = memfd_create(name, 0);
    if (file < 0)
        host_fail("cannot make an anonymous file (memfd_create): %s", strerror(errno));
    return file;
}

void put(int file, const void *data, size_t bytes)
{
    const uint8_t *at = data;
    while (bytes) {
        ssize_t n = write(file, at, bytes);
        if (n <= 0)
            host_fail("cannot write what the machine boots from: %s", strerror(errno));
        at += n;
        bytes -= (size_t)n;
    }
}

static void put_image(int file, const char *path)
{
    static uint8_t buffer[1 << 16];
    int image = open(path, O_RDONLY | O_CLOEXEC);
    if (image < 0)
        host_fail("cannot open the system image %s: %s; build it, or name another with --initfs",
                  path, strerror(errno));
    for (ssize_t n; (n = read(image, buffer, sizeof(buffer))) != 0;) {
        if (n < 0)
            host_fail("cannot read the system image %s: %s", path, strerror(errno));
        put(file, buffer, (size_t)n);
    }
    close(image);
}

static uint64_t bytes_in(int file)
{
    return (uint64_t)lseek(file, 0, SEEK_CUR);
}

static void put_zeros_to_page(int file)
{
    static const uint8_t zeros[DYAD_PAGE_SIZE];
    uint64_t bytes = bytes_in(file);
    put(file, zeros, PAGE_ROUND_UP(bytes) - bytes);
}

/* Those of the Linux program, and what the kernel wants for itself (arch/x86_64/options.h). */
char *args_make(const struct qemu_options *options, size_t *bytes)
{
    const char *host_args;
    char text[64];
    uint32_t host_bytes;
    bootargs_make(&options->host, &host_args, &host_bytes);
    int length = snprintf(text, sizeof(text), "link=com2%cloglevel=%u%c", '\0',
                          options->host.verbosity, '\0');
    *bytes = host_bytes + (size_t)length;
    char *args = host_allocate(*bytes);
    memcpy(args, host_args, host_bytes);
    memcpy(args + host_bytes, text, (size_t)length);
    return args;
}

int archive_make(const struct qemu_options *options)
{
    int file = anonymous_file("dyad-initfs");
    uint8_t *overlay;
    size_t overlay_bytes;
    overlay_make(&options->host, &overlay, &overlay_bytes);
    put_image(file, options->host.initfs);
    if (overlay_bytes) { /* starts at a page */
        put_zeros_to_page(file);
        put(file, overlay, overlay_bytes);
    }
    free(overlay);
    return file;
}

int module_make(const struct qemu_options *options)
{
    int file = archive_make(options);
    struct module_footer footer = {.archive_bytes = bytes_in(file)};
    put_zeros_to_page(file);
    footer.args_offset = bytes_in(file);
    char *args = args_make(options, &footer.args_bytes);
    put(file, args, footer.args_bytes);
    free(args);
    memcpy(footer.magic, MODULE_FOOTER_MAGIC, sizeof(footer.magic));
    put(file, &footer, sizeof(footer));
    return file;
}
