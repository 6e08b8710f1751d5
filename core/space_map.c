/* space_map.c: the system calls' side of mapping: what is asked for is checked here, and only here. */
#include "core/machine.h"
#include "core/space_range.h"
#include "core/thread.h"

#define MAP_FLAGS_USER (MAP_FLAG_SHARED | MAP_FLAG_FIXED | MAP_FLAG_NOREPLACE | MAP_FLAG_STACK)

/* A range as given by a user: aligned, not empty, in user space. The length is rounded up. */
static status_t check_range(uint64_t addr, uint64_t *bytes)
{
    if (PAGE_OFFSET(addr) != 0 || *bytes == 0 || *bytes > DYAD_USER_END)
        return -ERR_INVAL;
    *bytes = PAGE_ROUND_UP(*bytes);
    if (addr < DYAD_USER_BASE || addr >= DYAD_USER_END || *bytes > DYAD_USER_END - addr)
        return -ERR_INVAL;
    return 0;
}

/* What the hardware does anyway: memory that can be written or executed can be read. */
static unsigned effective_prot(unsigned prot)
{
    return prot & (MAP_PROT_WRITE | MAP_PROT_EXEC) ? prot | MAP_PROT_READ : prot;
}

static status_t check_prot(unsigned prot)
{
    if (prot & ~MAP_PROT_ALL)
        return -ERR_INVAL;
    bool both = (prot & MAP_PROT_WRITE) && (prot & MAP_PROT_EXEC);
    return both ? -ERR_OPNOTSUPP : 0;
}

/* What is asked for by one call of map. */
struct map_request {
    uint64_t addr, bytes; /* addr 0: choose */
    unsigned prot, may, flags;
    struct memory *memory; /* borrowed */
    uint64_t offset;
};

static unsigned may_of(unsigned prot, unsigned may, unsigned flags, const struct memory *memory)
{
    if (!memory)
        return MAP_PROT_ALL;
    may = effective_prot(may | prot);
    if (!(flags & MAP_FLAG_SHARED))
        return may | MAP_PROT_READ | MAP_PROT_WRITE; /* writes go to a copy */
    return memory_is_fixed(memory) && !memory_is_device(memory) ? may & ~MAP_PROT_WRITE : may;
}

static status_t map_check(struct map_request *request)
{
    unsigned may = request->prot >> SPACE_MAY_SHIFT;
    request->prot &= (1U << SPACE_MAY_SHIFT) - 1;
    status_t status = check_prot(request->prot);
    if (status < 0)
        return status;
    bool exact = request->flags & (MAP_FLAG_FIXED | MAP_FLAG_NOREPLACE);
    uint64_t addr = request->addr || exact ? request->addr : DYAD_MAP_BASE;
    status = check_range(addr, &request->bytes);
    if (status < 0)
        return status;
    if ((request->flags & ~MAP_FLAGS_USER) || PAGE_OFFSET(request->offset) != 0 ||
        request->offset > MEMORY_BYTES_MAX - request->bytes)
        return -ERR_INVAL;
    /* No copies of registers, and no code there. */
    if (request->memory && memory_is_device(request->memory) &&
        (!(request->flags & MAP_FLAG_SHARED) || (request->prot & MAP_PROT_EXEC)))
        return -ERR_INVAL;
    request->prot = effective_prot(request->prot);
    request->may = may_of(request->prot, may, request->flags, request->memory);
    return request->prot & ~request->may ? -ERR_ACCES : 0;
}

static struct region *map_create_region(struct space *space, const struct map_request *request)
{
    struct region *region = region_create(space);
    if (!region)
        return NULL;
    *region = (struct region){
        .start = request->addr,
        .end = request->addr + request->bytes,
        .prot = request->prot,
        .may = request->may,
        .flags = request->flags & (MAP_FLAG_SHARED | MAP_FLAG_STACK),
        .memory = request->memory,
        .offset = request->memory ? request->offset : 0,
    };
    if (region->memory)
        kobject_get(&region->memory->object);
    return region;
}

static bool range_is_free(struct space *space, uint64_t addr, uint64_t bytes) REQUIRES(&space->lock)
{
    struct region *region = space_region_from(space, addr);
    return !region || region->start >= addr + bytes;
}

/* -> the address for the region: as asked, or chosen; -ERR_EXIST: something is there. */
static status_t map_place(struct space *space, const struct map_request *request)
    REQUIRES(&space->lock)
{
    if (space->dead)
        return -ERR_SRCH;
    if (space->region_count >= SPACE_REGIONS_MAX)
        return -ERR_NOMEM;
    bool exact = request->flags & (MAP_FLAG_FIXED | MAP_FLAG_NOREPLACE);
    if ((request->addr || exact) && range_is_free(space, request->addr, request->bytes))
        return (status_t)request->addr;
    if (exact)
        return -ERR_EXIST;
    uint64_t addr = space_choose(space, request->bytes);
    return addr ? (status_t)addr : -ERR_NOMEM;
}

/* Insert the region where nothing has to be replaced. Owns it on success. */
static status_t map_insert(struct space *space, const struct map_request *request,
                           struct region *region)
{
    struct region *dead = NULL;
    lock_acquire(&space->lock);
    status_t addr = map_place(space, request);
    if (addr >= 0) {
        region->start = (uint64_t)addr;
        region->end = region->start + request->bytes;
        space_region_insert(space, region);
        space_region_merge(space, region, &dead);
    }
    lock_release(&space->lock);
    region_free_dead(space, dead);
    return addr;
}

static status_t map_checked(struct thread *t, struct space *space,
                            const struct map_request *request)
{
    struct region *region = map_create_region(space, request);
    if (!region)
        return -ERR_NOMEM;
    status_t status = map_insert(space, request, region);
    bool replace = (request->flags & MAP_FLAG_FIXED) && !(request->flags & MAP_FLAG_NOREPLACE);
    if (status == -ERR_EXIST && replace) {
        struct range_op op = {.space = space,
                              .kind = RANGE_MAP,
                              .phase = RANGE_CLOSE,
                              .start = request->addr,
                              .end = request->addr + request->bytes,
                              .fresh = region};
        return range_start(t, &op);
    }
    if (status < 0)
        region_free_dead(space, region);
    return status;
}

status_t space_map(struct thread *t, struct space *space, uint64_t addr, uint64_t bytes,
                   unsigned prot, unsigned flags, struct memory *memory, uint64_t offset)
{
    struct map_request request = {addr, bytes, prot, 0, flags, memory, offset};
    struct memory *own = NULL;
    status_t status = map_check(&request);
    if (status < 0)
        return status;
    /* Anonymous and shared: an object that only forks will share. */
    if ((flags & MAP_FLAG_SHARED) && !memory) {
        status = memory_create(space->object.machine, space->quota, request.bytes, &own);
        if (status < 0)
            return status;
        request.memory = own;
        request.offset = 0;
    }
    status = map_checked(t, space, &request);
    if (own)
        kobject_put(&own->object); /* the region has its reference */
    return status;
}

status_t space_map_now(struct space *space, uint64_t addr, uint64_t bytes, unsigned prot,
                       unsigned flags, struct memory *memory, uint64_t offset, uint64_t *out)
{
    status_t status = space_map(NULL, space, addr, bytes, prot, flags, memory, offset);
    if (status < 0)
        return status;
    if (out)
        *out = (uint64_t)status;
    return 0;
}

status_t space_unmap(struct thread *t, struct space *space, uint64_t addr, uint64_t bytes)
{
    status_t status = check_range(addr, &bytes);
    if (status < 0)
        return status;
    struct range_op op = {.space = space,
                          .kind = RANGE_UNMAP,
                          .phase = RANGE_CLOSE,
                          .start = addr,
                          .end = addr + bytes};
    return range_start(t, &op);
}

status_t space_protect(struct thread *t, struct space *space, uint64_t addr, uint64_t bytes,
                       unsigned prot)
{
    status_t status = check_range(addr, &bytes);
    if (status == 0)
        status = check_prot(prot);
    if (status < 0)
        return status;
    struct range_op op = {.space = space,
                          .kind = RANGE_PROTECT,
                          .phase = RANGE_CHECK,
                          .start = addr,
                          .end = addr + bytes,
                          .prot = effective_prot(prot)};
    return range_start(t, &op);
}

/* ---- making a mapping longer, or moving it ---- */

struct remap_request {
    uint64_t addr, old_bytes;
    struct map_request map; /* addr 0: choose */
    bool move;
};

static status_t remap_check(struct remap_request *request)
{
    struct map_request *map = &request->map;
    uint64_t old = request->old_bytes ? request->old_bytes : 1;
    status_t status = check_range(request->addr, &old);
    if (status < 0)
        return status;
    status = check_range(map->addr ? map->addr : DYAD_MAP_BASE, &map->bytes);
    if (status < 0)
        return status;
    request->old_bytes = PAGE_ROUND_UP(request->old_bytes);
    bool overlaps =
        map->addr < request->addr + request->old_bytes && request->addr < map->addr + map->bytes;
    if (map->bytes < request->old_bytes || (map->addr && (!request->move || overlaps)))
        return -ERR_INVAL;
    map->flags = map->addr ? MAP_FLAG_NOREPLACE : 0;
    return 0;
}

/* -> whether the region, in which the old range ends, could just be made longer, and was. */
static bool remap_extend(struct space *space, const struct remap_request *request,
                         struct region *region, struct region **dead) REQUIRES(&space->lock)
{
    uint64_t end = request->addr + request->old_bytes, wanted = request->addr + request->map.bytes;
    if (request->map.addr || request->old_bytes == 0)
        return false;
    if (wanted != end &&
        (region->end != end || wanted > DYAD_USER_END || !range_is_free(space, end, wanted - end)))
        return false;
    if (wanted > region->end) {
        space_region_count(space, region, wanted - region->end);
        region->end = wanted;
    }
    space_region_merge(space, region, dead);
    return true;
}

/* *fresh becomes the new place, unless it stays the caller's. -> the address; op->space set: pages are still to be moved, and both
 * places are closed. */
static status_t remap_begin(struct space *space, const struct remap_request *request,
                            struct region **fresh, struct range_op *op, const void *closer,
                            struct region **dead) REQUIRES(&space->lock)
{
    uint64_t addr = request->addr, end = addr + request->old_bytes;
    struct region *region = space_region_at(space, addr), *to = *fresh;
    if (!region || (region->flags & REGION_CLOSING) || end > region->end)
        return -ERR_FAULT;
    uint64_t offset = region->memory ? region->offset + (addr - region->start) : 0;
    if (offset > MEMORY_BYTES_MAX - request->map.bytes ||
        (end == addr && region_is_private(region)))
        return -ERR_INVAL;
    if (remap_extend(space, request, region, dead))
        return (status_t)addr;
    status_t place = request->move ? map_place(space, &request->map) : -ERR_NOMEM;
    if (place < 0)
        return place;
    status_t status = end > addr ? range_cut(space, &region, addr, end, dead) : 0;
    if (status < 0)
        return status;
    *to = (struct region){
        .start = (uint64_t)place,
        .end = (uint64_t)place + request->map.bytes,
        .prot = region->prot,
        .may = region->may,
        .flags = region->flags & (MAP_FLAG_SHARED | MAP_FLAG_STACK),
        .memory = region->memory,
        .offset = offset,
    };
    if (to->memory)
        kobject_get(&to->memory->object);
    space_region_insert(space, to);
    *fresh = NULL;
    if (end == addr) {
        space_region_merge(space, to, dead);
        return place;
    }
    *op = (struct range_op){.space = space, .kind = RANGE_MOVE, .phase = RANGE_FORGET};
    op->start = addr, op->end = end, op->to = to->start;
    op->fresh = to, op->prot = to->prot;
    range_close_region(region, closer);
    range_close_region(to, closer);
    return place;
}

status_t space_remap(struct thread *t, struct space *space, uint64_t addr, uint64_t old_bytes,
                     uint64_t bytes, bool move, uint64_t to)
{
    struct remap_request request = {addr, old_bytes, {.addr = to, .bytes = bytes}, move};
    struct range_op op = {0};
    struct region *dead = NULL;
    status_t status = remap_check(&request);
    if (status < 0)
        return status;
    struct region *fresh = region_create(space);
    if (!fresh)
        return -ERR_NOMEM;
    lock_acquire(&space->lock);
    status = space->dead ? -ERR_SRCH : remap_begin(space, &request, &fresh, &op, &t->op, &dead);
    lock_release(&space->lock);
    if (fresh) {
        *fresh = (struct region){.next_dead = dead};
        dead = fresh;
    }
    region_free_dead(space, dead);
    return op.space ? range_start(t, &op) : status;
}
