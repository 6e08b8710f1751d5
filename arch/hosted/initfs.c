/* initfs.c: the system image and the overlay, copied to the top of RAM. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"
#include "replay/replay.h"

#define RAM_LEFT_MIN (8UL << 20) /* the machine wants some memory beside its image */

/* Through the file rather than through our mapping: no page faults, no zeroing. */
static void copy_to_ram(uint64_t phys, const uint8_t *data, size_t bytes)
{
    while (bytes) {
        ssize_t n = pwrite(ram_fd(), data, bytes, (off_t)phys);
        if (n <= 0)
            host_fail("cannot fill the guest's memory: %s", strerror(errno));
        data += n;
        phys += (uint64_t)n;
        bytes -= (size_t)n;
    }
}

static const uint8_t *map_file(const char *path, size_t *bytes)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0)
        host_fail("cannot open the system image %s: %s; build it, or name another with --initfs",
                  path, strerror(errno));
    if (!S_ISREG(st.st_mode) || st.st_size == 0)
        host_fail("the system image %s is not a file, or is empty", path);
    *bytes = (size_t)st.st_size;
    const uint8_t *data = mmap(NULL, *bytes, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (data == MAP_FAILED)
        host_fail("cannot read the system image %s: %s", path, strerror(errno));
    close(fd);
    return data;
}

void initfs_load(const struct host_options *options, struct boot_info *info)
{
    size_t image_bytes, overlay_bytes;
    uint8_t *overlay;
    const uint8_t *image = map_file(options->initfs, &image_bytes);
    overlay_make(options, &overlay, &overlay_bytes);
    if (REPLAY)
        replay_files(options, info, image, image_bytes, &overlay, &overlay_bytes);
    uint64_t second = PAGE_ROUND_UP(image_bytes); /* the overlay starts at a page */
    uint64_t exact = overlay_bytes ? second + overlay_bytes : image_bytes;
    uint64_t room = PAGE_ROUND_UP(exact);
    if (room > ram_bytes() || ram_bytes() - room < RAM_LEFT_MIN)
        host_fail(
            "the system image needs %llu MiB and the machine has %llu: give --mem %lluM or more",
            (unsigned long long)(room >> 20) + 1, (unsigned long long)(ram_bytes() >> 20),
            (unsigned long long)((room + RAM_LEFT_MIN) >> 20) + 8);
    uint64_t base = RAM_BASE + ram_bytes() - room;
    copy_to_ram(base, image, image_bytes);
    copy_to_ram(base + second, overlay, overlay_bytes);
    munmap((void *)(uintptr_t)image, image_bytes);
    free(overlay);
    info->initfs = (struct boot_range){base, room};
    info->initfs_bytes = exact;
    info->ram[0] = (struct boot_range){RAM_BASE, ram_bytes() - room};
    info->ram_count = 1;
}
