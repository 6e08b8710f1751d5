/*
 * space.c: an address space as a stub's mappings. Changes are written to the ring in its header and executed by
 * the stub before it runs guest code again, so nothing here waits.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "abi/syscall.h"
#include "core/cpu.h"
#include "host.h"
#include "replay/replay.h"
#include "stub_pool.h"

#define REPLAY_MAPPINGS  50000 /* the same on every host; Linux's default allows it */
#define MAPPINGS_RESERVE 2000  /* of max_map_count, for the stub itself and its threads */

/* Linux's limit of mappings in a process, less what the stub needs. */
static uint32_t mappings_max(void)
{
    static _Atomic uint32_t limit;
    if (REPLAY)
        return REPLAY_MAPPINGS;
    if (atomic_load(&limit))
        return atomic_load(&limit);
    char text[32] = "";
    int fd = open("/proc/sys/vm/max_map_count", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        if (read(fd, text, sizeof(text) - 1) < 0)
            text[0] = '\0';
        close(fd);
    }
    long value = atol(text);
    uint32_t max = value > 2 * MAPPINGS_RESERVE ? (uint32_t)(value - MAPPINGS_RESERVE) : 60000;
    atomic_store(&limit, max > 1000000 ? 1000000 : max);
    return atomic_load(&limit);
}

/* The stub's count of executed requests, believed only as far as it makes sense. */
static uint64_t ring_done(struct stub *stub)
{
    if (REPLAY) /* what it has done is decided by us, not by its speed */
        return stub->published > stub->flush ? stub->published : stub->flush;
    uint64_t done = atomic_load(&stub->header->done);
    if (done > stub->done && done <= stub->tail)
        stub->done = done;
    return stub->done > stub->flush ? stub->done : stub->flush;
}

static void ring_publish(struct stub *stub)
{
    uint64_t tail = stub->tail + 1;
    atomic_store(&stub->tail, tail);
    if (!REPLAY)
        atomic_store(&stub->header->tail, tail);
}

/* One more request, which makes all before it void as well as itself: the stub unmaps everything instead. */
static void ring_flush(struct stub *stub)
{
    stub->flush = stub->tail + 1;
    stub->mappings = 0;
    atomic_store(&stub->header->flush, stub->flush);
    /* Slots are overwritten after flush is visible: the stub checks flush after reading a slot. */
    atomic_thread_fence(memory_order_release);
    ring_publish(stub);
}

static void ring_push(struct stub *stub, struct stub_request request)
{
    if (stub->tail - ring_done(stub) >= STUB_RING)
        ring_flush(stub);
    stub->header->ring[stub->tail % STUB_RING] = request;
    ring_publish(stub);
}

/* Make room for `more` mappings, or give all up. */
static void mappings_reserve(struct stub *stub, uint32_t more)
{
    if (stub->mappings + more > mappings_max())
        ring_flush(stub);
    stub->mappings += more;
}

static void check_range(uint64_t vaddr, size_t pages)
{
    ASSERT(PAGE_OFFSET(vaddr) == 0 && pages > 0);
    ASSERT(vaddr >= DYAD_USER_BASE && vaddr < DYAD_USER_END);
    ASSERT(pages <= (DYAD_USER_END - vaddr) / DYAD_PAGE_SIZE);
}

status_t arch_space_init(struct arch_space *space)
{
    status_t status = stub_take(&space->stub);
    if (REPLAY && status)
        replay_refused("the host starts no more processes");
    return status;
}

/* The next user of the stub finds its mappings gone. */
void arch_space_fini(struct arch_space *space)
{
    struct stub *stub = space->stub;
    space->stub = NULL;
    ring_flush(stub);
    if (REPLAY)
        replay_publish(stub);
    stub_give_back(stub);
}

status_t arch_space_map(struct arch_space *space, uint64_t vaddr, uint64_t phys, size_t pages,
                        unsigned prot)
{
    check_range(vaddr, pages);
    ASSERT(PAGE_OFFSET(phys) == 0 && phys >= RAM_BASE);
    ASSERT(phys - RAM_BASE <= ram_bytes() &&
           pages <= (ram_bytes() - (phys - RAM_BASE)) / DYAD_PAGE_SIZE);
    mappings_reserve(space->stub, 2); /* it may split another */
    ring_push(space->stub, (struct stub_request){vaddr, pages * DYAD_PAGE_SIZE, phys,
                                                 prot ? STUB_OP_MAP : STUB_OP_UNMAP, prot});
    return 0;
}

/*
 * Linux's mprotect would raise pages that have less than `prot`. Only "readable" cannot raise anything
 * (whatever is mapped is readable), and it is the common case: fork. All else forgets the range.
 */
void arch_space_protect(struct arch_space *space, uint64_t vaddr, size_t pages, unsigned prot)
{
    check_range(vaddr, pages);
    mappings_reserve(space->stub, 2);
    ring_push(space->stub,
              (struct stub_request){vaddr, pages * DYAD_PAGE_SIZE, 0,
                                    prot == MAP_PROT_READ ? STUB_OP_PROTECT : STUB_OP_UNMAP, prot});
}

/*
 * in_run of a core is set before its stub thread looks at tail (both sequentially consistent). So a core
 * that is seen outside here executes all requests up to the ticket before it runs guest code.
 */
uint64_t arch_space_sync(struct arch_space *space)
{
    struct stub *stub = space->stub;
    struct cpu *self = arch_cpu_self();
    for (unsigned i = 0; i < DYAD_CPUS_MAX; i++) {
        struct cpu *cpu = host_cpu_at(i);
        if (cpu && cpu != self && atomic_load(&stub->in_run[i]))
            arch_cpu_kick(cpu);
    }
    return stub->tail;
}

bool arch_space_synced(struct arch_space *space, uint64_t ticket)
{
    struct stub *stub = space->stub;
    struct cpu *self = arch_cpu_self();
    if (ring_done(stub) >= ticket && stub->done >= ticket)
        return true;
    for (unsigned i = 0; i < DYAD_CPUS_MAX; i++) {
        uint64_t entered = atomic_load(&stub->in_run[i]);
        if (entered && entered - 1 < ticket && host_cpu_at(i) != self)
            return false;
    }
    return true;
}
