/*
 * state.c: the machine's memory: what of it is in use (for AddressSanitizer and for leaks), and putting it back between runs.
 *
 * Every allocation of core/ comes through the --wrap functions here. Free memory is poisoned. A snapshot is the list of ranges that are in
 * use: pieces of the heap, the links of free pieces, user pages, the page array and struct machine: some ten KiB, so that putting it
 * back costs less than a system call.
 */
#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/memory.h"
#include "core/reclaim.h"
#include "core/space.h"
#include "tests/fuzz/core/body.h"

#define RAM_BASE   0x200000000000UL
#define RAM_BYTES  (1UL << 20) /* little, so that memory runs out now and then */
#define RAM_PAGES  (RAM_BYTES / DYAD_PAGE_SIZE)
#define RANGES_MAX 8192u

#if defined(__has_feature) && __has_feature(address_sanitizer)
#define HAS_SHADOW 1
#else
#define HAS_SHADOW 0
#endif

/* ---- what is in use ---- */

static struct use {
    uint64_t pages, bytes;
    uint64_t slabs;           /* of the pages: those of the heap, which keeps an empty one */
    bool in_heap;             /* the heap allocates a piece: a page that it takes is a slab */
    uint8_t order[RAM_PAGES]; /* of the block that starts here, + 1; 0: free */
    bool slab[RAM_PAGES];
    uint32_t piece[RAM_BYTES / 16]; /* bytes of the piece of the heap that starts here; 0: none */
} use;

static size_t page_index(const void *at)
{
    return ((uintptr_t)at - RAM_BASE) / DYAD_PAGE_SIZE;
}

struct page *__real_page_alloc(struct machine *machine, unsigned order);
struct page *__wrap_page_alloc(struct machine *machine, unsigned order);
struct page *__real_page_alloc_zeroed(struct machine *machine);
struct page *__wrap_page_alloc_zeroed(struct machine *machine);
void __real_page_put(struct machine *machine, struct page *page);
void __wrap_page_put(struct machine *machine, struct page *page);
void __real_page_free_block(struct machine *machine, struct page *page);
void __wrap_page_free_block(struct machine *machine, struct page *page);
void *__real_heap_alloc(struct machine *machine, size_t bytes);
void *__wrap_heap_alloc(struct machine *machine, size_t bytes);
void __real_heap_free(struct machine *machine, void *pointer);
void __wrap_heap_free(struct machine *machine, void *pointer);
void *fuzz_memset(void *to, int byte, size_t bytes);

/* heap.c and page.c, which are built without AddressSanitizer, fill memory before it is theirs to be looked at. */
__attribute__((no_sanitize("address", "undefined"))) void *fuzz_memset(void *to, int byte,
                                                                       size_t bytes)
{
    char *at = to;
    uint64_t word = 0x0101010101010101U * (uint8_t)byte;
    if (bytes > 512) {
        __asm__ volatile("rep stosb" : "+D"(at), "+c"(bytes) : "a"(byte) : "memory");
        return to;
    }
    for (; bytes >= 8; bytes -= 8, at += 8)
        *(volatile uint64_t *)at = word;
    while (bytes-- > 0)
        *(volatile char *)at++ = (char)byte;
    return to;
}

static struct page *note_alloc(struct machine *machine, struct page *page, unsigned order)
{
    if (page == NULL)
        return NULL;
    char *at = page_ptr(machine, page);
    ASSERT(use.order[page_index(at)] == 0);
    use.order[page_index(at)] = (uint8_t)(order + 1);
    use.slab[page_index(at)] = use.in_heap;
    use.slabs += use.in_heap;
    use.pages += 1UL << order;
    ASAN_UNPOISON_MEMORY_REGION(at, DYAD_PAGE_SIZE << order);
    return page;
}

static void note_free(const void *at)
{
    size_t index = page_index(at);
    ASSERT(use.order[index] != 0);
    unsigned order = use.order[index] - 1U;
    use.order[index] = 0;
    use.slabs -= use.slab[index];
    use.slab[index] = false;
    use.pages -= 1UL << order;
    ASAN_POISON_MEMORY_REGION(at, DYAD_PAGE_SIZE << order);
}

struct page *__wrap_page_alloc(struct machine *machine, unsigned order)
{
    return note_alloc(machine, __real_page_alloc(machine, order), order);
}

struct page *__wrap_page_alloc_zeroed(struct machine *machine)
{
    struct page *page = __real_page_alloc_zeroed(machine);
    /* It calls page_alloc in its own file: whether that goes through the wrapper is the linker's and the compiler's choice. */
    if (page != NULL && use.order[page_index(page_ptr(machine, page))] != 0)
        return page;
    return note_alloc(machine, page, 0);
}

void __wrap_page_put(struct machine *machine, struct page *page)
{
    bool last = page_references(page) == 1;
    __real_page_put(machine, page);
    if (last)
        note_free(page_ptr(machine, page));
}

void __wrap_page_free_block(struct machine *machine, struct page *page)
{
    __real_page_free_block(machine, page);
    note_free(page_ptr(machine, page));
}

void *__wrap_heap_alloc(struct machine *machine, size_t bytes)
{
    use.in_heap = bytes <= HEAP_PIECE_MAX;
    char *at = __real_heap_alloc(machine, bytes);
    use.in_heap = false;
    if (at == NULL)
        return NULL;
    uint32_t *piece = &use.piece[((uintptr_t)at - RAM_BASE) / 16];
    ASSERT(*piece == 0);
    *piece = (uint32_t)bytes;
    use.bytes += bytes;
    ASAN_UNPOISON_MEMORY_REGION(at, bytes);
    return at;
}

void __wrap_heap_free(struct machine *machine, void *pointer)
{
    if (pointer == NULL)
        return;
    uint32_t *piece = &use.piece[((uintptr_t)pointer - RAM_BASE) / 16];
    uint32_t bytes = *piece;
    if (bytes == 0)
        arch_panic("heap_free of something that is not allocated");
    *piece = 0;
    use.bytes -= bytes;
    __real_heap_free(machine, pointer);
    ASAN_POISON_MEMORY_REGION(pointer, bytes);
}

/* ---- the empty machine ---- */

static struct {
    uint64_t pages, slabs, bytes, used[QUOTA_KINDS], quota_references;
    bool piece[RAM_BYTES / 16]; /* one starts here */
} empty;

void body_init(size_t initfs_bytes)
{
    void *ram = mmap((void *)RAM_BASE, RAM_BYTES, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    body_expect(ram == (void *)RAM_BASE, "memory at its fixed address");
    struct boot_info info = {
        .ram = {{RAM_BASE, RAM_BYTES}},
        .ram_count = 1,
        .cpu_count = 1,
        .args = "",
        .xsave_bytes = 512,
        .gate = DYAD_HOLE_BASE,
        .body = "fuzz",
    };
    if (initfs_bytes != 0) {
        void *initfs = mmap(body_initfs, initfs_bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        body_expect(initfs == body_initfs, "memory at its fixed address");
        info.initfs = (struct boot_range){(uintptr_t)initfs, initfs_bytes};
        info.initfs_bytes = initfs_bytes;
    }
    body.now_ns = 1000000;
    body.machine = machine_create(&info);
    body_expect(body.machine != NULL, "the machine");
    body.cpu = body.machine->cpus[0];
    heap_trim(body.machine);
    empty.pages = use.pages - use.slabs;
    empty.slabs = use.slabs;
    empty.bytes = use.bytes;
    for (uint32_t i = 0; i < RAM_BYTES / 16; i++)
        empty.piece[i] = use.piece[i] != 0;
    for (unsigned kind = 0; kind < QUOTA_KINDS; kind++)
        empty.used[kind] = atomic_load(&body.machine->quota.used[kind]);
    empty.quota_references = atomic_load(&body.machine->quota.references);
}

/* ---- the end of a run ---- */

static struct process *first_living(void) NO_THREAD_ANALYSIS
{
    for (struct tree_node *node = tree_first(&body.machine->processes); node != NULL;
         node = tree_next(node)) {
        struct process *process = CONTAINER_OF(node, struct process, machine_node);
        if (!process->dying && process->thread_count != 0)
            return process;
    }
    return NULL;
}

static void fail_leak(const char *what, uint64_t is, uint64_t was)
{
    fprintf(stderr, "fuzz: leak: %s: %llu, in the empty machine %llu; newer pieces of the heap:\n",
            what, (unsigned long long)is, (unsigned long long)was);
    for (uint32_t i = 0; i < RAM_BYTES / 16; i++) {
        if (use.piece[i] != 0 && !empty.piece[i])
            fprintf(stderr, "  %u bytes at %#lx\n", use.piece[i], RAM_BASE + i * 16UL);
    }
    abort();
}

static void check_equal(const char *what, uint64_t is, uint64_t was)
{
    if (is != was)
        fail_leak(what, is, was);
}

void body_check_empty(void) NO_THREAD_ANALYSIS
{
    static const char *const kinds[QUOTA_KINDS] = {"quota of pages", "quota of kernel bytes",
                                                   "quota of processes", "quota of threads"};
    check_equal("processes", body.machine->process_count, 0);
    check_equal("user contexts", body.user_count, 0);
    check_equal("address spaces", (uint64_t)body.spaces, 0);
    check_equal("heap bytes", use.bytes, empty.bytes);
    for (unsigned kind = 0; kind < QUOTA_KINDS; kind++)
        check_equal(kinds[kind], atomic_load(&body.machine->quota.used[kind]), empty.used[kind]);
    check_equal("references of the root quota", atomic_load(&body.machine->quota.references),
                empty.quota_references);
    check_equal("pages", use.pages - use.slabs, empty.pages);
}

/* What the processes' memory is must make sense before they end as well. */
static void check_spaces(void) NO_THREAD_ANALYSIS
{
    for (struct tree_node *node = tree_first(&body.machine->processes); node != NULL;
         node = tree_next(node)) {
        struct process *process = CONTAINER_OF(node, struct process, machine_node);
        if (process->space != NULL)
            space_check(process->space);
    }
}

void body_teardown(bool thorough)
{
    struct process *process;
    if (thorough)
        check_spaces();
    while ((process = first_living()) != NULL) {
        kobject_get(&process->object);
        process_kill(process, 9);
        kobject_put(&process->object);
    }
    body.idle = false;
    body_settle();
    while (reclaim_step(body.machine))
        continue;
    body_check_empty();
    if (thorough) {
        heap_trim(body.machine);
        check_equal("slabs", use.slabs, empty.slabs);
        heap_check(body.machine);
        page_pool_check(body.machine);
        check_equal("free pages", page_count_free(body.machine) + use.pages,
                    page_count_total(body.machine));
    }
}

/* ---- snapshots ---- */

static struct snapshot {
    struct body body;
    uint64_t pages, slabs, bytes;
    unsigned count, piece_count, page_count;
    struct range {
        uint32_t offset, bytes; /* in RAM; in `data` they follow each other */
    } ranges[RANGES_MAX], pieces[RANGES_MAX];
    uint8_t order[RAM_PAGES];
    bool slab[RAM_PAGES];
    uint16_t first_pages[RAM_PAGES]; /* of the blocks in use */
    char *data;
    size_t data_bytes;
    char *shadow; /* of all RAM */
} snapshots[BODY_SNAPSHOTS];

static char *shadow_of(uintptr_t at)
{
    return (char *)((at >> 3) + 0x7fff8000UL);
}

/* Plain copies: shadow memory, and RAM that is poisoned now and will not be. In steps of 8 bytes: everything is aligned to 8, except
 * the 4-byte links of free pieces. */
__attribute__((no_sanitize("address", "undefined"))) static void
plain_copy(void *to, const void *from, size_t bytes)
{
    if (bytes == 4) {
        *(volatile uint32_t *)to = *(const volatile uint32_t *)from;
        return;
    }
    size_t words = bytes / 8;
    if (words < 32) {
        for (size_t i = 0; i < words; i++)
            ((volatile uint64_t *)to)[i] = ((const volatile uint64_t *)from)[i];
    } else {
        __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
    }
}

static void add_range(struct snapshot *snapshot, uintptr_t at, size_t bytes)
{
    body_expect(snapshot->count < RANGES_MAX, "too many ranges in a snapshot");
    struct range *last = snapshot->count ? &snapshot->ranges[snapshot->count - 1] : NULL;
    if (last != NULL && bytes != 4 && last->bytes != 4 &&
        RAM_BASE + last->offset + last->bytes == at) {
        last->bytes += (uint32_t)bytes;
    } else {
        snapshot->ranges[snapshot->count++] =
            (struct range){(uint32_t)(at - RAM_BASE), (uint32_t)bytes};
    }
    snapshot->data_bytes += bytes;
}

/* The pieces of a slab: what is allocated as a whole, of free ones the link. */
__attribute__((no_sanitize("address", "undefined"))) static void
add_slab(struct snapshot *snapshot, const struct page *page, uintptr_t at)
{
    size_t size = body.machine->heap.classes[page->heap_class].size;
    for (uintptr_t piece = at; piece + size <= at + DYAD_PAGE_SIZE; piece += size) {
        uint32_t bytes = use.piece[(piece - RAM_BASE) / 16];
        add_range(snapshot, piece, bytes != 0 ? ROUND_UP(bytes, 8) : 4);
    }
}

static void add_pages(struct snapshot *snapshot)
{
    for (size_t i = 0; i < RAM_PAGES; i++) {
        uintptr_t at = RAM_BASE + i * DYAD_PAGE_SIZE;
        if (use.order[i] == 0)
            continue;
        const struct page *page = page_of_phys(body.machine, at);
        if (atomic_load(&page->state) == PAGE_SLAB)
            add_slab(snapshot, page, at);
        else if ((void *)at == (void *)body.machine->log)
            add_range(snapshot, at,
                      64); /* of the ring only its position: what lies before it is never read */
        else
            add_range(snapshot, at, DYAD_PAGE_SIZE << (use.order[i] - 1));
    }
}

static void save_shadow(struct snapshot *snapshot)
{
    snapshot->shadow = calloc(RAM_PAGES, DYAD_PAGE_SIZE / 8);
    for (size_t i = 0; HAS_SHADOW && i < RAM_PAGES; i++)
        plain_copy(snapshot->shadow + i * DYAD_PAGE_SIZE / 8,
                   shadow_of(RAM_BASE + i * DYAD_PAGE_SIZE), DYAD_PAGE_SIZE / 8);
}

void body_snapshot(unsigned number)
{
    struct snapshot *snapshot = &snapshots[number];
    heap_trim(body.machine);
    uintptr_t first = (uintptr_t)body.machine;
    uintptr_t array = (uintptr_t)body.machine->page_pool.pages;
    *snapshot =
        (struct snapshot){.body = body, .pages = use.pages, .slabs = use.slabs, .bytes = use.bytes};
    add_range(snapshot, first, ROUND_UP(sizeof *body.machine, 8));
    add_range(snapshot, array, body.machine->page_pool.pfn_count * sizeof(struct page));
    add_pages(snapshot);
    memcpy(snapshot->order, use.order, sizeof use.order);
    memcpy(snapshot->slab, use.slab, sizeof use.slab);
    for (uint16_t i = 0; i < RAM_PAGES; i++) {
        if (use.order[i] != 0)
            snapshot->first_pages[snapshot->page_count++] = i;
    }
    for (uint32_t i = 0; i < RAM_BYTES / 16; i++) {
        if (use.piece[i] != 0)
            snapshot->pieces[snapshot->piece_count++] = (struct range){i, use.piece[i]};
    }
    snapshot->data = malloc(snapshot->data_bytes);
    body_expect(snapshot->data != NULL, "memory");
    char *to = snapshot->data;
    for (unsigned i = 0; i < snapshot->count; to += snapshot->ranges[i++].bytes)
        plain_copy(to, (char *)RAM_BASE + snapshot->ranges[i].offset, snapshot->ranges[i].bytes);
    save_shadow(snapshot);
    if (getenv("FUZZ_VERBOSE") != NULL)
        fprintf(stderr, "fuzz: snapshot %u: %u ranges, %zu bytes, %u pieces\n", number,
                snapshot->count, snapshot->data_bytes, snapshot->piece_count);
}

/* The machine has been torn down: all that is in use is what was so in the empty machine, and in the snapshot as well. */
void body_restore(unsigned number)
{
    const struct snapshot *snapshot = &snapshots[number];
    body = snapshot->body;
    use.pages = snapshot->pages;
    use.slabs = snapshot->slabs;
    use.bytes = snapshot->bytes;
    memcpy(use.order, snapshot->order, sizeof use.order);
    memcpy(use.slab, snapshot->slab, sizeof use.slab);
    for (unsigned i = 0; i < snapshot->piece_count; i++)
        use.piece[snapshot->pieces[i].offset] = snapshot->pieces[i].bytes;
    for (unsigned i = 0; HAS_SHADOW && i < snapshot->page_count; i++) {
        size_t page = snapshot->first_pages[i];
        plain_copy(shadow_of(RAM_BASE + page * DYAD_PAGE_SIZE),
                   snapshot->shadow + page * DYAD_PAGE_SIZE / 8, DYAD_PAGE_SIZE / 8);
    }
    const char *from = snapshot->data;
    for (unsigned i = 0; i < snapshot->count; from += snapshot->ranges[i++].bytes)
        plain_copy((char *)RAM_BASE + snapshot->ranges[i].offset, from, snapshot->ranges[i].bytes);
}

/* ---- what every run covers ---- */

/* The counters of this program, if it is instrumented as libFuzzer wants it. */
extern uint8_t __start___sancov_cntrs[] __attribute__((weak));
extern uint8_t __stop___sancov_cntrs[] __attribute__((weak));

#define COUNTERS_MAX 65536u
static uint8_t usual[BODY_SNAPSHOTS][COUNTERS_MAX];

static size_t counter_count(void)
{
    size_t count = (size_t)(__stop___sancov_cntrs - __start___sancov_cntrs);
    return __start___sancov_cntrs == NULL || count > COUNTERS_MAX ? 0 : count;
}

void body_coverage_begin(void)
{
    if (counter_count() != 0)
        memset(__start___sancov_cntrs, 0, counter_count());
}

void body_coverage_learn(unsigned number)
{
    for (size_t i = 0; i < counter_count(); i++)
        usual[number][i] = __start___sancov_cntrs[i];
}

__attribute__((no_sanitize("address", "undefined", "coverage"))) void
body_coverage_end(unsigned number)
{
    uint8_t *counters = __start___sancov_cntrs;
    const uint8_t *without = usual[number];
    size_t count = counter_count();
    for (size_t i = 0; i < count; i++)
        counters[i] = counters[i] == without[i] ? 0 : counters[i];
}
