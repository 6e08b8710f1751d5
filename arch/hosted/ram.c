/* ram.c: the machine's physical memory: one memfd, mapped whole here and page by page in the stubs. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host.h"
#include "memfd.h"
#include "replay/replay.h"

#define REPLAY_RAM 0x7e9000000000UL /* free in every program, sanitized ones too */

static struct {
    int fd;
    uint8_t *base; /* of RAM_BASE */
    uint64_t bytes;
} ram;

/* The physical address is the offset in the file, so that neither side has to translate. */
void ram_init(uint64_t bytes)
{
    ram.bytes = bytes;
    ram.fd = memfd_new("dyad-ram", false);
    if (ftruncate(ram.fd, (off_t)(RAM_BASE + bytes)) != 0)
        host_fail("cannot make %llu MiB of guest memory: %s; try a smaller --mem",
                  (unsigned long long)(bytes >> 20), strerror(errno));
    /* Kernel addresses decide about the order of some things. */
    void *where = REPLAY ? (void *)REPLAY_RAM : NULL;
    int fixed = REPLAY ? MAP_FIXED_NOREPLACE : 0;
    ram.base = mmap(where, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE | fixed,
                    ram.fd, RAM_BASE);
    if (ram.base == MAP_FAILED)
        host_fail("cannot map %llu MiB of guest memory: %s; try a smaller --mem",
                  (unsigned long long)(bytes >> 20), strerror(errno));
    /* Core dumps of dyad are for dyad's own state. */
    madvise(ram.base, bytes, MADV_DONTDUMP);
}

int ram_fd(void)
{
    return ram.fd;
}

uint64_t ram_bytes(void)
{
    return ram.bytes;
}

void *arch_phys_ptr(uint64_t phys)
{
    ASSERT(phys >= RAM_BASE && phys < RAM_BASE + ram.bytes);
    return ram.base + (phys - RAM_BASE);
}
