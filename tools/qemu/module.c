/* module.c: one file for QEMU's -initrd: the system image, the overlay of --add, the boot arguments (arch/x86_64/boot/pvh.h). */
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

static void put(int file, const void *data, size_t bytes)
{
    const uint8_t *at = data;
    while (bytes) {
        ssize_t n = write(file, at, bytes);
        if (n <= 0)
            host_fail("cannot write the boot module: %s", strerror(errno));
        at += n;
        bytes -= (size_t)n;
    }
}

static uint64_t put_image(int file, const char *path)
{
    static uint8_t buffer[1 << 16];
    uint64_t bytes = 0;
    int image = open(path, O_RDONLY | O_CLOEXEC);
    if (image < 0)
        host_fail("cannot open the system image %s: %s; build it, or name another with --initfs",
                  path, strerror(errno));
    for (ssize_t n; (n = read(image, buffer, sizeof(buffer))) != 0; bytes += (uint64_t)n) {
        if (n < 0)
            host_fail("cannot read the system image %s: %s", path, strerror(errno));
        put(file, buffer, (size_t)n);
    }
    close(image);
    return bytes;
}

static void put_zeros(int file, uint64_t bytes)
{
    static const uint8_t zeros[DYAD_PAGE_SIZE];
    put(file, zeros, bytes);
}

/* Those of the Linux program, and what the kernel wants for itself (arch/x86_64/options.h). */
static uint64_t put_args(int file, const struct qemu_options *options)
{
    char *args, text[64];
    uint32_t bytes;
    bootargs_make(&options->host, &args, &bytes);
    int length = snprintf(text, sizeof(text), "link=com2%cloglevel=%u%c", '\0',
                          options->host.verbosity, '\0');
    put(file, args, bytes);
    put(file, text, (size_t)length);
    free(args);
    return bytes + (uint64_t)length;
}

int module_make(const struct qemu_options *options)
{
    int file = memfd_create("dyad-module", 0);
    if (file < 0)
        host_fail("cannot make an anonymous file (memfd_create): %s", strerror(errno));
    uint8_t *overlay;
    size_t overlay_bytes;
    overlay_make(&options->host, &overlay, &overlay_bytes);
    uint64_t archive = put_image(file, options->host.initfs);
    if (overlay_bytes) { /* starts at a page */
        put_zeros(file, PAGE_ROUND_UP(archive) - archive);
        put(file, overlay, overlay_bytes);
        archive = PAGE_ROUND_UP(archive) + overlay_bytes;
    }
    free(overlay);
    put_zeros(file, PAGE_ROUND_UP(archive) - archive);
    struct module_footer footer = {.archive_bytes = archive, .args_offset = PAGE_ROUND_UP(archive)};
    footer.args_bytes = put_args(file, options);
    memcpy(footer.magic, MODULE_FOOTER_MAGIC, sizeof(footer.magic));
    put(file, &footer, sizeof(footer));
    return file;
}
