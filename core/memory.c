/* memory.c: see memory.h. */
#include "core/memory.h"

#include "arch.h"
#include "core/machine.h"
#include "core/space.h"
#include "core/thread.h"

static const struct kobject_ops memory_ops;

/* What a page that is not there reads as. */
static const char zero_page[DYAD_PAGE_SIZE];

static struct page *word_page(uintptr_t word)
{
    return (struct page *)word;
}

static uint64_t pages_of_bytes(uint64_t bytes)
{
    return PAGE_ROUND_UP(bytes) >> DYAD_PAGE_SHIFT;
}

static status_t memory_alloc(struct machine *machine, struct quota *quota, struct memory **out)
{
    struct memory *memory = quota_alloc(quota, sizeof *memory);
    if (!memory)
        return -ERR_NOMEM;
    kobject_init(&memory->object, machine, &memory_ops);
    lock_init(&memory->lock, LOCK_MEMORY);
    list_init(&memory->reclaim.link);
    memory->quota = quota;
    quota_get(quota);
    *out = memory;
    return 0;
}

NO_THREAD_ANALYSIS status_t memory_create(struct machine *machine, struct quota *quota,
                                          uint64_t bytes, struct memory **out)
{
    if (bytes > MEMORY_BYTES_MAX)
        return -ERR_FBIG;
    struct memory *memory;
    status_t status = memory_alloc(machine, quota, &memory);
    if (status < 0)
        return status;
    memory->bytes = bytes;
    *out = memory;
    return 0;
}

NO_THREAD_ANALYSIS status_t memory_create_device(struct machine *machine, struct quota *quota,
                                                 uint64_t phys, uint64_t bytes, unsigned device,
                                                 struct memory **out)
{
    ASSERT(PAGE_OFFSET(phys) == 0 && bytes > 0);
    struct memory *memory;
    status_t status = memory_alloc(machine, quota, &memory);
    if (status < 0)
        return status;
    memory->bytes = bytes;
    memory->fixed_base = phys;
    memory->fixed_bytes = bytes;
    memory->device = device;
    *out = memory;
    return 0;
}

status_t memory_create_fixed(struct machine *machine, uint64_t phys, uint64_t bytes,
                             struct memory **out)
{
    return memory_create_device(machine, &machine->quota, phys, bytes, 0, out);
}

/* ---- pages ---- */

static struct page *memory_add_page(struct memory *memory, uint64_t index) REQUIRES(&memory->lock)
{
    struct machine *machine = memory->object.machine;
    if (quota_charge(memory->quota, QUOTA_PAGES, 1) < 0)
        return NULL;
    struct page *page = page_alloc_zeroed(machine);
    if (page && radix_insert(&memory->pages, memory->quota, index, (uintptr_t)page) < 0) {
        page_put(machine, page);
        page = NULL;
    }
    if (!page) {
        quota_release(memory->quota, QUOTA_PAGES, 1);
        return NULL;
    }
    memory->present++;
    return page;
}

status_t memory_page(struct memory *memory, uint64_t index, bool allocate, struct page **page,
                     uint64_t *phys)
{
    *page = NULL;
    *phys = 0;
    if (memory_is_fixed(memory)) {
        if (index >= pages_of_bytes(memory->fixed_bytes))
            return -ERR_RANGE;
        *phys = memory->fixed_base + (index << DYAD_PAGE_SHIFT);
        return 0;
    }
    status_t status = 0;
    lock_acquire(&memory->lock);
    if (index >= pages_of_bytes(memory->bytes)) {
        status = -ERR_RANGE;
    } else {
        struct page *found = word_page(radix_get(&memory->pages, index));
        if (!found && allocate) {
            found = memory_add_page(memory, index);
            status = found ? 0 : -ERR_NOMEM;
        }
        if (found) {
            page_get(found);
            *page = found;
            *phys = page_phys(memory->object.machine, found);
        }
    }
    lock_release(&memory->lock);
    return status;
}

void memory_peek(struct memory *memory, uint64_t index, unsigned count, struct page **pages)
{
    ASSERT(!memory_is_fixed(memory));
    lock_acquire(&memory->lock);
    uint64_t end = pages_of_bytes(memory->bytes);
    for (unsigned i = 0; i < count; i++) {
        pages[i] = index + i < end ? word_page(radix_get(&memory->pages, index + i)) : NULL;
        if (pages[i])
            page_get(pages[i]);
    }
    lock_release(&memory->lock);
}

/* Drop up to one step's worth of pages at or above index `from`; -> whether that was all. */
static bool memory_drop_from(struct memory *memory, uint64_t from) REQUIRES(&memory->lock)
{
    uint64_t dropped = 0;
    uintptr_t word;
    while ((word = radix_next(&memory->pages, &from)) != 0 && dropped < MEMORY_STEP_PAGES) {
        radix_remove(&memory->pages, memory->quota, from);
        page_put(memory->object.machine, word_page(word)); /* a mapping may keep it */
        dropped++;
    }
    memory->present -= dropped;
    quota_release(memory->quota, QUOTA_PAGES, dropped);
    return word == 0;
}

/* A mapping may have written beyond `bytes` in the last page; those bytes must read as zero after growth. */
static void memory_clear_tail(struct memory *memory, uint64_t bytes) REQUIRES(&memory->lock)
{
    struct page *page = word_page(radix_get(&memory->pages, bytes >> DYAD_PAGE_SHIFT));
    uint64_t used = PAGE_OFFSET(bytes);
    if (used != 0 && page)
        page_copy((char *)page_ptr(memory->object.machine, page) + used, zero_page,
                  DYAD_PAGE_SIZE - used);
}

status_t memory_resize(struct memory *memory, uint64_t bytes)
{
    if (memory_is_fixed(memory))
        return -ERR_ROFS;
    if (bytes > MEMORY_BYTES_MAX)
        return -ERR_FBIG;
    status_t status = STATUS_STEP;
    lock_acquire(&memory->lock);
    if (bytes < memory->bytes)
        memory->bytes = bytes;
    /* Also when growing: an earlier shrink may not have been stepped to its end. */
    if (memory_drop_from(memory, pages_of_bytes(memory->bytes))) {
        memory_clear_tail(memory, memory->bytes);
        memory->bytes = bytes;
        status = 0;
    }
    lock_release(&memory->lock);
    return status;
}

uint64_t memory_bytes(struct memory *memory)
{
    lock_acquire(&memory->lock);
    uint64_t bytes = memory->bytes;
    lock_release(&memory->lock);
    return bytes;
}

void memory_check(struct memory *memory)
{
    lock_acquire(&memory->lock);
    ASSERT(radix_check(&memory->pages) == memory->present);
    lock_release(&memory->lock);
}

/* ---- the object ---- */

static bool memory_reclaim_step(struct reclaim_item *item)
{
    struct memory *memory = CONTAINER_OF(item, struct memory, reclaim);
    lock_acquire(&memory->lock);
    bool done = memory_drop_from(memory, 0);
    lock_release(&memory->lock);
    if (done) {
        struct quota *quota = memory->quota;
        quota_free(quota, memory, sizeof *memory);
        quota_put(quota);
    }
    return !done;
}

static void memory_destroy(struct kobject *object)
{
    struct memory *memory = memory_of(object);
    struct machine *machine = object->machine;
    memory->reclaim.step = memory_reclaim_step;
    if (memory_reclaim_step(&memory->reclaim))
        reclaim_add(machine, &memory->reclaim);
}

/* Clip [offset, offset + *bytes) to the object. 0, or how reading or writing there ends. */
static status_t memory_clip(struct memory *memory, uint64_t offset, uint64_t *bytes)
{
    uint64_t size = memory_bytes(memory);
    if (offset > INT64_MAX)
        return -ERR_SPIPE; /* -1 asks for a position, which an object does not have */
    if (*bytes > DYAD_COPY_MAX)
        *bytes = DYAD_COPY_MAX;
    if (offset >= size)
        *bytes = 0;
    else if (*bytes > size - offset)
        *bytes = size - offset;
    return 0;
}

static uint64_t chunk_bytes(uint64_t offset, uint64_t left)
{
    uint64_t room = DYAD_PAGE_SIZE - PAGE_OFFSET(offset);
    return left < room ? left : room;
}

static status_t memory_read(struct thread *t, struct kobject *object, uint64_t buffer,
                            uint64_t bytes, uint64_t offset, unsigned flags)
{
    struct memory *memory = memory_of(object);
    if (memory_is_device(memory))
        return -ERR_INVAL;
    status_t status = memory_clip(memory, offset, &bytes);
    uint64_t done = 0;
    while (status == 0 && done < bytes) {
        uint64_t at = offset + done, chunk = chunk_bytes(at, bytes - done), phys;
        struct page *page;
        status = memory_page(memory, at >> DYAD_PAGE_SHIFT, false, &page, &phys);
        if (status < 0)
            break; /* it has shrunk meanwhile */
        const char *from = phys ? (const char *)arch_phys_ptr(phys) + PAGE_OFFSET(at) : zero_page;
        status = user_write(t->space, buffer + done, from, chunk);
        if (page)
            page_put(object->machine, page);
        if (status == 0)
            done += chunk;
    }
    return done ? (status_t)done : status == -ERR_RANGE ? 0 : status;
}

static status_t memory_write(struct thread *t, struct kobject *object, uint64_t buffer,
                             uint64_t bytes, uint64_t offset, unsigned flags)
{
    struct memory *memory = memory_of(object);
    if (memory_is_fixed(memory))
        return -ERR_ROFS;
    uint64_t wanted = bytes, done = 0;
    status_t status = memory_clip(memory, offset, &bytes);
    if (status == 0 && bytes == 0 && wanted != 0)
        return -ERR_NOSPC;
    while (status == 0 && done < bytes) {
        uint64_t at = offset + done, chunk = chunk_bytes(at, bytes - done), phys;
        struct page *page;
        status = memory_page(memory, at >> DYAD_PAGE_SHIFT, true, &page, &phys);
        if (status < 0)
            break;
        status = user_read(t->space, (char *)arch_phys_ptr(phys) + PAGE_OFFSET(at), buffer + done,
                           chunk);
        page_put(object->machine, page);
        if (status == 0)
            done += chunk;
    }
    return done ? (status_t)done : status == -ERR_RANGE ? -ERR_NOSPC : status;
}

/* A large shrink goes on in steps: op.pointers[0] is the object (counted), words[1] the size. */
static status_t memory_resize_step(struct thread *t)
{
    struct memory *memory = t->op.pointers[0];
    status_t status = memory_resize(memory, t->op.words[1]);
    if (status != STATUS_STEP)
        kobject_put(&memory->object);
    return status;
}

static status_t memory_control(struct thread *t, struct kobject *object, unsigned rights,
                               enum handle_op op, uint64_t arg)
{
    struct memory *memory = memory_of(object);
    if (op == HANDLE_GET_SIZE)
        return (status_t)memory_bytes(memory);
    if (op != HANDLE_SET_SIZE)
        return -ERR_INVAL;
    if (!(rights & RIGHT_CONTROL))
        return -ERR_ACCES;
    status_t status = memory_resize(memory, arg);
    if (status == STATUS_STEP) {
        kobject_get(object);
        t->op.pointers[0] = memory;
        t->op.words[1] = arg;
        t->step = memory_resize_step;
    }
    return status;
}

static const struct kobject_ops memory_ops = {
    .name = "memory",
    .kind = HANDLE_KIND_MEMORY,
    .destroy = memory_destroy,
    .read = memory_read,
    .write = memory_write,
    .control = memory_control,
};
