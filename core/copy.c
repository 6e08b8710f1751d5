/*
 * copy.c: copies between the kernel and user memory, and between spaces, page by page.
 *
 * A chunk within one page is copied under the space's lock, which keeps the page; between two spaces, which are never
 * locked together, the source page is held by a reference.
 */
#include "core/machine.h"
#include "core/space_internal.h"
#include "core/thread.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define COPY_BY_WORDS 1
#endif
#endif

#ifdef COPY_BY_WORDS
/* Guests race on their own memory, which is none of the sanitizers' business: no call of memcpy, which they intercept. */
typedef uint64_t __attribute__((aligned(1), may_alias)) any_word;

__attribute__((no_sanitize("thread", "address", "undefined"), no_builtin)) void
page_copy(void *to, const void *from, size_t bytes)
{
    volatile char *out = to;
    const volatile char *in = from;
    for (; bytes >= sizeof(any_word); bytes -= sizeof(any_word)) {
        *(volatile any_word *)out = *(const volatile any_word *)in;
        out += sizeof(any_word);
        in += sizeof(any_word);
    }
    while (bytes-- > 0)
        *out++ = *in++;
}
#else
void page_copy(void *to, const void *from, size_t bytes)
{
    memcpy(to, from, bytes);
}
#endif

/* How a copy may touch a page: what the user may, or what a debugger may: everything but write into shared memory that is
 * mapped without write permission. */
#define ACCESS_FORCE 0x100u

static bool access_allowed(const struct region *region, unsigned access)
{
    if (!region || (region->flags & REGION_CLOSING))
        return false;
    if ((access & ACCESS_FORCE) && (region_is_private(region) || !(access & MAP_PROT_WRITE)))
        return true;
    return !(access & MAP_PROT_ALL & ~region->prot);
}

#define COPY_BOUNCE 256u

#define NOINLINE __attribute__((noinline)) /* keeps the usual case short */

/* The page at user address `at` for this access. */
static NOINLINE status_t access_page(struct space *space, uint64_t at, unsigned access,
                                     struct space_page *out) REQUIRES(&space->lock)
{
    struct region *region = space_region_at(space, at);
    if (!access_allowed(region, access) || (region->memory && memory_is_device(region->memory)))
        return -ERR_FAULT;
    status_t status = space_bring(space, region, PAGE_ROUND_DOWN(at), access & MAP_PROT_WRITE, out);
    return status == -ERR_RANGE ? -ERR_FAULT : status;
}

static bool range_is_user(uint64_t user, size_t bytes)
{
    return user >= DYAD_USER_BASE && user < DYAD_USER_END && bytes <= DYAD_USER_END - user;
}

static size_t chunk_at(uint64_t user, size_t bytes)
{
    size_t room = DYAD_PAGE_SIZE - PAGE_OFFSET(user);
    return bytes < room ? bytes : room;
}

/* The usual case of access_page in a few instructions: a page that is there, and that a write need not copy first. NULL: not so. */
static char *access_present(struct space *space, uint64_t at, unsigned access)
    REQUIRES(&space->lock)
{
    const struct region *region = space_region_at(space, at);
    if (!region ||
        (access & ~region->prot)) /* closed regions have none; ACCESS_FORCE is never in it */
        return NULL;
    uintptr_t word = radix_get(&space->pages, at >> DYAD_PAGE_SHIFT);
    if (!word || ((access & MAP_PROT_WRITE) && (word & (WORD_SHARED | WORD_GUARDED))))
        return NULL;
    return (char *)page_ptr(space->object.machine, word_page(word)) + PAGE_OFFSET(at);
}

/* Copy one chunk, which lies in one page. access: MAP_PROT_READ copies from user, MAP_PROT_WRITE to user. */
static NOINLINE status_t copy_chunk(struct space *space, uint64_t user, char *kernel, size_t bytes,
                                    unsigned access)
{
    struct space_page page;
    status_t status = 0;
    lock_acquire(&space->lock);
    char *there = access_present(space, user, access);
    if (!there) {
        status = access_page(space, user, access, &page);
        if (status == 0)
            there = (char *)arch_phys_ptr(page.phys) + PAGE_OFFSET(user);
    }
    if (there)
        page_copy(access & MAP_PROT_WRITE ? there : kernel,
                  access & MAP_PROT_WRITE ? kernel : there, bytes);
    lock_release(&space->lock);
    return status;
}

static NOINLINE status_t copy_pages(struct space *space, uint64_t user, char *kernel, size_t bytes,
                                    unsigned access)
{
    for (;;) {
        size_t chunk = chunk_at(user, bytes);
        status_t status = copy_chunk(space, user, kernel, chunk, access);
        bytes -= chunk;
        if (status < 0 || bytes == 0)
            return status;
        user += chunk;
        kernel += chunk;
    }
}

static status_t copy_range(struct space *space, uint64_t user, char *kernel, size_t bytes,
                           unsigned access)
{
    if (bytes == 0)
        return 0;
    if (!range_is_user(user, bytes))
        return -ERR_FAULT;
    if (PAGE_OFFSET(user) + bytes <= DYAD_PAGE_SIZE)
        return copy_chunk(space, user, kernel, bytes, access);
    return copy_pages(space, user, kernel, bytes, access);
}

status_t user_read(struct space *space, void *to, uint64_t user, size_t bytes)
{
    return copy_range(space, user, to, bytes, MAP_PROT_READ);
}

status_t user_write(struct space *space, uint64_t user, const void *from, size_t bytes)
{
    return copy_range(space, user, (char *)from, bytes, MAP_PROT_WRITE);
}

status_t user_read_text(struct space *space, char *to, uint64_t user, size_t bytes)
{
    status_t status = user_read(space, to, user, bytes);
    if (status < 0)
        return status;
    to[bytes] = '\0';
    return strlen(to) == bytes ? 0 : -ERR_INVAL;
}

/* ---- between spaces ---- */

/* The page at `at`, held by a reference (*page NULL: fixed memory, which stays). */
static status_t hold_page(struct space *space, uint64_t at, unsigned access, struct space_page *out)
{
    lock_acquire(&space->lock);
    status_t status = access_page(space, at, access, out);
    if (status == 0 && out->page)
        page_get(out->page);
    lock_release(&space->lock);
    return status;
}

static status_t copy_between(struct space *to_space, uint64_t to, unsigned to_access,
                             struct space *from_space, uint64_t from, unsigned from_access,
                             size_t bytes)
{
    size_t done = 0;
    status_t status = 0;
    if (bytes > DYAD_COPY_MAX)
        bytes = DYAD_COPY_MAX;
    while (status == 0 && done < bytes) {
        size_t chunk = chunk_at(from + done, chunk_at(to + done, bytes - done));
        struct space_page source;
        if (!range_is_user(from + done, chunk) || !range_is_user(to + done, chunk)) {
            status = -ERR_FAULT;
            break;
        }
        status = hold_page(from_space, from + done, from_access, &source);
        if (status < 0)
            break;
        char *there = (char *)arch_phys_ptr(source.phys) + PAGE_OFFSET(from + done);
        status = copy_chunk(to_space, to + done, there, chunk, to_access);
        if (source.page)
            page_put(from_space->object.machine, source.page);
        if (status == 0)
            done += chunk;
    }
    return done ? (status_t)done : status;
}

/* Through the kernel's stack: for few bytes that is less work than to hold the source page. False: nothing is known to be done. */
static bool copy_bounced(struct space *to_space, uint64_t to, struct space *from_space,
                         uint64_t from, size_t bytes)
{
    char bounce[COPY_BOUNCE];
    return copy_range(from_space, from, bounce, bytes, MAP_PROT_READ) == 0 &&
           copy_range(to_space, to, bounce, bytes, MAP_PROT_WRITE) == 0;
}

status_t user_copy(struct space *to_space, uint64_t to, struct space *from_space, uint64_t from,
                   size_t bytes)
{
    if (bytes <= COPY_BOUNCE && copy_bounced(to_space, to, from_space, from, bytes))
        return (status_t)bytes;
    return copy_between(to_space, to, MAP_PROT_WRITE, from_space, from, MAP_PROT_READ, bytes);
}

/* Reading a space: whatever is mapped, even without read permission. */
status_t space_object_read(struct thread *t, struct kobject *object, uint64_t buffer,
                           uint64_t bytes, uint64_t offset, unsigned flags)
{
    return copy_between(t->space, buffer, MAP_PROT_WRITE, space_of(object), offset,
                        MAP_PROT_READ | ACCESS_FORCE, bytes);
}

/* Writing a space, for loaders and debuggers: private memory takes it (by copy-on-write) whatever its protection, so that a
 * loader fills text and a debugger plants breakpoints. */
status_t space_object_write(struct thread *t, struct kobject *object, uint64_t buffer,
                            uint64_t bytes, uint64_t offset, unsigned flags)
{
    return copy_between(space_of(object), offset, MAP_PROT_WRITE | ACCESS_FORCE, t->space, buffer,
                        MAP_PROT_READ, bytes);
}

status_t space_write_force(struct space *space, uint64_t user, const void *from, size_t bytes)
{
    return copy_range(space, user, (char *)from, bytes, MAP_PROT_WRITE | ACCESS_FORCE);
}

/* ---- futexes ---- */

/* The word at a user address, for as long as the lock is held. */
static status_t user_word(struct space *space, uint64_t user, unsigned access,
                          _Atomic uint32_t **out) REQUIRES(&space->lock)
{
    struct space_page page;
    if (user % sizeof(uint32_t) != 0)
        return -ERR_INVAL;
    if (!range_is_user(user, sizeof(uint32_t)))
        return -ERR_FAULT;
    status_t status = access_page(space, user, access, &page);
    if (status == 0)
        *out = (_Atomic uint32_t *)((char *)arch_phys_ptr(page.phys) + PAGE_OFFSET(user));
    return status;
}

status_t user_load32(struct space *space, uint64_t user, uint32_t *out)
{
    _Atomic uint32_t *word;
    lock_acquire(&space->lock);
    status_t status = user_word(space, user, MAP_PROT_READ, &word);
    if (status == 0)
        *out = atomic_load_explicit(word, memory_order_seq_cst);
    lock_release(&space->lock);
    return status;
}

status_t user_compare32(struct space *space, uint64_t user, uint32_t *expected, uint32_t wanted)
{
    _Atomic uint32_t *word;
    lock_acquire(&space->lock);
    status_t status = user_word(space, user, MAP_PROT_WRITE, &word);
    if (status == 0)
        (void)atomic_compare_exchange_strong(word, expected, wanted);
    lock_release(&space->lock);
    return status;
}

status_t user_futex_key(struct space *space, uint64_t user, struct futex_key *out)
{
    if (user % sizeof(uint32_t) != 0)
        return -ERR_INVAL;
    status_t status = -ERR_FAULT;
    lock_acquire(&space->lock);
    const struct region *region = space_region_at(space, user);
    if (access_allowed(region, MAP_PROT_READ)) {
        status = 0;
        if (region_is_private(region))
            *out = (struct futex_key){(uintptr_t)space, user};
        else
            *out = (struct futex_key){(uintptr_t)region->memory,
                                      region->offset + (user - region->start)};
    }
    lock_release(&space->lock);
    return status;
}
