/*
 * Do thousands of random operations on several spaces, with several cores in user mode, agree with the simplest model there is:
 * for each page what it is and its first byte? And do threads that do the same at once leave everything in order?
 */
#include <pthread.h>
#include <sched.h>

#include "memory_test.h"

#define BASE         0x20000000UL
#define PAGES        48
#define SPACES       4
#define OBJECTS      2
#define OBJECT_PAGES 32
#define FIXED_PAGES  24

enum kind { NOTHING, ANONYMOUS, PRIVATE, SHARED, FIXED };
struct model_page {
    enum kind kind;
    unsigned prot, may, object, index; /* object and index: of PRIVATE, SHARED; index: of FIXED */
    bool own;                          /* ANONYMOUS, or a private copy: value is its own */
    uint8_t value;
};
struct model {
    struct fixture f;
    struct fake_random random;
    struct memory *objects[OBJECTS];
    uint8_t object_values[OBJECTS][OBJECT_PAGES];
    struct space *spaces[SPACES]; /* NULL: does not exist */
    struct model_page pages[SPACES][PAGES];
};

static uint8_t initfs_bytes[FIXED_PAGES * 4096];

static uint8_t *model_value(struct model *m, struct model_page *page)
{
    if (page->kind == SHARED || (page->kind == PRIVATE && !page->own))
        return &m->object_values[page->object][page->index];
    if (page->kind == FIXED && !page->own)
        return &initfs_bytes[page->index * 4096];
    return &page->value;
}

/* What a write does to the model. */
static void model_write(struct model *m, struct model_page *page, uint8_t value)
{
    if (page->kind == PRIVATE || page->kind == FIXED)
        page->own = true;
    *model_value(m, page) = value;
}

static void choose_range(struct model *m, unsigned *first, unsigned *count)
{
    *first = (unsigned)fake_below(&m->random, PAGES);
    *count = 1 + (unsigned)fake_below(&m->random, fake_below(&m->random, 3) ? 4 : PAGES);
    if (*count > PAGES - *first)
        *count = PAGES - *first;
}

static unsigned choose_space(struct model *m)
{
    unsigned s;
    do
        s = (unsigned)fake_below(&m->random, SPACES);
    while (!m->spaces[s]);
    return s;
}

static unsigned choose_prot(struct model *m)
{
    static const unsigned prots[] = {0, MAP_PROT_READ, RW, RW, RW, RX};
    return prots[fake_below(&m->random, ARRAY_COUNT(prots))];
}

/* Nobody goes on in user mode before old translations are gone, as space_settle and the system calls see to. */
static void settle(struct space *space)
{
    uint32_t in_user = 0;
    if (!atomic_load(&space->unsettled))
        return;
    for (unsigned core = 0; core < FAKE_CORES; core++) {
        if (fake_is_in_user(space, core)) {
            in_user |= 1U << core;
            fake_leave(space, core);
        }
    }
    for (unsigned core = 0; core < FAKE_CORES; core++) {
        if (in_user >> core & 1)
            fake_enter(space, core);
    }
}

/* ---- the operations ---- */

static void do_map(struct model *m, unsigned s)
{
    unsigned first, count, prot = choose_prot(m);
    enum kind kind = ANONYMOUS + (enum kind)fake_below(&m->random, 4);
    unsigned object = (unsigned)fake_below(&m->random, OBJECTS);
    choose_range(m, &first, &count);
    unsigned limit = kind == FIXED ? FIXED_PAGES : OBJECT_PAGES;
    if (kind != ANONYMOUS && count > limit)
        count = limit;
    unsigned index = kind == ANONYMOUS ? 0 : (unsigned)fake_below(&m->random, limit - count + 1);
    struct memory *memory = kind == ANONYMOUS ? NULL
                            : kind == FIXED   ? m->f.machine->initfs
                                              : m->objects[object];
    bool replace = fake_below(&m->random, 3) != 0, free = true;
    for (unsigned i = first; i < first + count; i++)
        free &= m->pages[s][i].kind == NOTHING;
    unsigned flags =
        (replace ? MAP_FLAG_FIXED : MAP_FLAG_NOREPLACE) | (kind == SHARED ? MAP_FLAG_SHARED : 0);
    m->f.space = m->spaces[s];
    status_t status =
        fixture_map(&m->f, BASE + first * PAGE, count * PAGE, prot, flags, memory, index * PAGE);
    if (!replace && !free) {
        assert_int_equal(status, -ERR_EXIST);
        return;
    }
    assert_int_equal(status, BASE + first * PAGE);
    unsigned may = kind == ANONYMOUS ? MAP_PROT_ALL : kind == SHARED ? prot : prot | RW;
    for (unsigned i = 0; i < count; i++)
        m->pages[s][first + i] = (struct model_page){.kind = kind,
                                                     .prot = prot,
                                                     .may = may,
                                                     .object = object,
                                                     .index = index + i,
                                                     .own = kind == ANONYMOUS};
}

static void do_unmap(struct model *m, unsigned s)
{
    unsigned first, count;
    choose_range(m, &first, &count);
    m->f.space = m->spaces[s];
    assert_int_equal(fixture_unmap(&m->f, BASE + first * PAGE, count * PAGE), 0);
    for (unsigned i = first; i < first + count; i++)
        m->pages[s][i] = (struct model_page){0};
}

static void do_protect(struct model *m, unsigned s)
{
    unsigned first, count, prot = choose_prot(m);
    status_t want = 0;
    choose_range(m, &first, &count);
    for (unsigned i = first; i < first + count && want == 0; i++) {
        if (m->pages[s][i].kind == NOTHING)
            want = -ERR_NOMEM;
        else if (prot & ~m->pages[s][i].may)
            want = -ERR_ACCES;
    }
    m->f.space = m->spaces[s];
    assert_int_equal(fixture_protect(&m->f, BASE + first * PAGE, count * PAGE, prot), want);
    for (unsigned i = first; i < first + count && want == 0; i++)
        m->pages[s][i].prot = prot;
}

/* Does the model have one mapping there? Anonymous pages of one protection are joined; others only when they follow each other. */
static bool is_one_mapping(const struct model_page *page, unsigned count)
{
    for (unsigned i = 1; i < count; i++) {
        bool follows =
            page[i].kind == page->kind && page[i].prot == page->prot && page[i].may == page->may;
        if (page->kind != ANONYMOUS)
            follows = follows && page[i].object == page->object && page[i].index == page->index + i;
        if (!follows)
            return false;
    }
    return page->kind != NOTHING;
}

static bool is_free(struct model *m, unsigned s, unsigned first, unsigned end)
{
    for (unsigned i = first; i < end; i++) {
        if (i >= PAGES || m->pages[s][i].kind != NOTHING)
            return false;
    }
    return true;
}

/* Pages keep what they are and hold, wherever they go; what is new goes on as the last one would. */
static void model_move(struct model *m, unsigned s, unsigned first, unsigned old, unsigned to,
                       unsigned count)
{
    struct model_page pages[PAGES];
    struct model_page *model = m->pages[s];
    memcpy(pages, model + first, sizeof *pages * (old ? old : 1));
    for (unsigned i = old ? old : 1; i < count; i++) {
        pages[i] = pages[0];
        pages[i].index += i;
        pages[i].own = pages[0].kind == ANONYMOUS;
        pages[i].value = 0;
    }
    memset(model + first, 0, sizeof *pages * old);
    memcpy(model + to, pages, sizeof *pages * count);
}

static void do_remap(struct model *m, unsigned s)
{
    unsigned first, old, to = (unsigned)fake_below(&m->random, PAGES);
    choose_range(m, &first, &old);
    struct model_page *model = &m->pages[s][first];
    if (model->kind == SHARED && fake_below(&m->random, 4) == 0)
        old = 0;
    unsigned count = old + (unsigned)fake_below(&m->random, 3) + (old == 0);
    bool in_place = fake_below(&m->random, 4) == 0, one = is_one_mapping(model, old ? old : 1);
    unsigned limit = model->kind == FIXED ? FIXED_PAGES : OBJECT_PAGES;
    if (count > PAGES - to || (one && model->kind != ANONYMOUS && model->index + count > limit))
        return;
    status_t want = (status_t)(BASE + to * PAGE);
    if (!in_place && to < first + old && first < to + count)
        want = -ERR_INVAL;
    else if (!one)
        want = -ERR_FAULT;
    else if (old == 0 && model->kind != SHARED)
        want = -ERR_INVAL;
    else if (!in_place && !is_free(m, s, to, to + count))
        want = -ERR_EXIST;
    else if (in_place)
        want = old && is_free(m, s, first + old, first + count) ? (status_t)(BASE + first * PAGE)
                                                                : -ERR_NOMEM;
    /* The model ends where the space does not. */
    if (in_place && first + count > PAGES)
        return;
    m->f.space = m->spaces[s];
    status_t got = fixture_remap(&m->f, BASE + first * PAGE, old * PAGE, count * PAGE, !in_place,
                                 in_place ? 0 : BASE + to * PAGE);
    if (got == -ERR_FAULT &&
        model->kind == FIXED) /* regions are joined only as far as it is no trouble */
        return;
    assert_int_equal(got, want);
    if (want > 0)
        model_move(m, s, first, old, in_place ? first : to, count);
}

static void do_access(struct model *m, unsigned s)
{
    unsigned page = (unsigned)fake_below(&m->random, PAGES),
             core = (unsigned)fake_below(&m->random, FAKE_CORES);
    struct model_page *model = &m->pages[s][page];
    uint64_t addr = BASE + page * PAGE;
    bool write = fake_below(&m->random, 2);
    unsigned need = write ? MAP_PROT_WRITE : MAP_PROT_READ;
    status_t want = model->kind == NOTHING ? -ERR_FAULT : model->prot & need ? 0 : -ERR_ACCES;
    uint8_t value = (uint8_t)fake_random(&m->random);
    settle(m->spaces[s]);
    if (write) {
        assert_int_equal(fake_store(m->spaces[s], core, addr, value), want);
        if (want == 0)
            model_write(m, model, value);
    } else {
        assert_int_equal(fake_load(m->spaces[s], core, addr, &value), want);
        if (want == 0)
            assert_int_equal(value, *model_value(m, model));
    }
}

static void do_kernel_copy(struct model *m, unsigned s)
{
    unsigned first, count;
    uint8_t bytes[PAGES];
    choose_range(m, &first, &count);
    bool write = fake_below(&m->random, 2);
    uint64_t addr = BASE + first * PAGE;
    for (unsigned i = first; i < first + count; i++, addr += PAGE) {
        struct model_page *model = &m->pages[s][i];
        bool allowed =
            model->kind != NOTHING && (model->prot & (write ? MAP_PROT_WRITE : MAP_PROT_READ));
        bytes[0] = (uint8_t)(i + 1);
        status_t status = write ? user_write(m->spaces[s], addr, bytes, 1)
                                : user_read(m->spaces[s], bytes, addr, 1);
        assert_int_equal(status, allowed ? 0 : -ERR_FAULT);
        if (allowed && write)
            model_write(m, model, bytes[0]);
        else if (allowed)
            assert_int_equal(bytes[0], *model_value(m, model));
    }
}

/* A run of bytes over several pages, from one space to another, which may overlap itself only by whole pages. */
static void do_user_copy(struct model *m, unsigned s)
{
    unsigned from, to, count, other = choose_space(m);
    choose_range(m, &from, &count);
    to = (unsigned)fake_below(&m->random, PAGES);
    if (count > PAGES - to)
        count = PAGES - to;
    if (count > DYAD_COPY_MAX / PAGE)
        count = DYAD_COPY_MAX / PAGE;
    unsigned good = 0;
    while (good < count && (m->pages[other][from + good].prot & MAP_PROT_READ) &&
           (m->pages[s][to + good].prot & MAP_PROT_WRITE)) {
        uint8_t value = *model_value(m, &m->pages[other][from + good]);
        model_write(m, &m->pages[s][to + good], value);
        good++;
    }
    status_t want = good ? (status_t)(good * PAGE) : -ERR_FAULT;
    assert_int_equal(user_copy(m->spaces[s], BASE + to * PAGE, m->spaces[other], BASE + from * PAGE,
                               count * PAGE),
                     want);
}

static void leave_all(struct space *space)
{
    for (unsigned core = 0; core < FAKE_CORES; core++) {
        if (fake_is_in_user(space, core))
            fake_leave(space, core);
    }
}

static void do_fork(struct model *m, unsigned s)
{
    unsigned to = (unsigned)fake_below(&m->random, SPACES);
    if (to == s)
        return;
    if (m->spaces[to]) {
        leave_all(m->spaces[to]);
        kobject_put(&m->spaces[to]->object);
    }
    assert_int_equal(fixture_fork(&m->f, m->spaces[s], &m->spaces[to]), 0);
    memcpy(m->pages[to], m->pages[s], sizeof m->pages[to]);
}

static void do_object_write(struct model *m)
{
    unsigned object = (unsigned)fake_below(&m->random, OBJECTS);
    unsigned index = (unsigned)fake_below(&m->random, OBJECT_PAGES);
    struct page *page;
    uint64_t phys;
    assert_int_equal(memory_page(m->objects[object], index, true, &page, &phys), 0);
    m->object_values[object][index] = *(uint8_t *)arch_phys_ptr(phys) =
        (uint8_t)fake_random(&m->random);
    page_put(m->f.machine, page);
}

static void do_core(struct model *m, unsigned s)
{
    unsigned core = (unsigned)fake_below(&m->random, FAKE_CORES);
    if (fake_is_in_user(m->spaces[s], core))
        fake_leave(m->spaces[s], core);
    else
        fake_enter(m->spaces[s], core);
}

static void model_start(struct model *m, uint64_t seed)
{
    *m = (struct model){.random = {seed}};
    for (unsigned i = 0; i < FIXED_PAGES; i++)
        initfs_bytes[i * 4096] = (uint8_t)(i * 3 + 1);
    m->f.machine = fake_machine_initfs(8 * MIB, initfs_bytes, sizeof initfs_bytes);
    list_init(&m->f.thread.wait.link);
    assert_int_equal(space_create(m->f.machine, &m->f.machine->quota, &m->spaces[0]), 0);
    for (unsigned i = 0; i < OBJECTS; i++) {
        assert_int_equal(
            memory_create(m->f.machine, &m->f.machine->quota, OBJECT_PAGES * PAGE, &m->objects[i]),
            0);
        /* All pages are there: a private mapping of a missing one would be anonymous at its first read. */
        for (unsigned k = 0; k < OBJECT_PAGES; k++) {
            struct page *page;
            uint64_t phys;
            assert_int_equal(memory_page(m->objects[i], k, true, &page, &phys), 0);
            page_put(m->f.machine, page);
        }
    }
}

static void model_end(struct model *m)
{
    for (unsigned s = 0; s < SPACES; s++) {
        if (!m->spaces[s])
            continue;
        fake_space_check(m->spaces[s]);
        leave_all(m->spaces[s]);
        kobject_put(&m->spaces[s]->object);
    }
    for (unsigned i = 0; i < OBJECTS; i++)
        kobject_put(&m->objects[i]->object);
    fake_machine_destroy(m->f.machine);
}

static void model_step(struct model *m)
{
    unsigned s = choose_space(m);
    switch (fake_below(&m->random, 32)) {
    case 0:
    case 1: do_map(m, s); break;
    case 2: do_unmap(m, s); break;
    case 3:
    case 4: do_protect(m, s); break;
    case 5: do_fork(m, s); break;
    case 6: fake_space_drop(m->spaces[s]); break;
    case 7: do_object_write(m); break;
    case 8:
    case 9: do_core(m, s); break;
    case 10: do_kernel_copy(m, s); break;
    case 11: do_user_copy(m, s); break;
    case 12:
    case 13: do_remap(m, s); break;
    default: do_access(m, s); break;
    }
}

static void test_random_operations_agree_with_model(void **state)
{
    for (unsigned round = 0; round < 8; round++) {
        struct model *m = test_malloc(sizeof *m);
        model_start(m, fake_seed() * 1000 + round);
        for (unsigned step = 0; step < 4000; step++) {
            model_step(m);
            if (step % 16 == 0)
                fake_space_check(m->spaces[choose_space(m)]);
        }
        model_end(m);
        test_free(m);
    }
}

/* ---- threads ---- */

struct worker {
    pthread_t thread;
    struct fixture f; /* the machine and space are shared, the thread is its own */
    struct memory *object;
    unsigned core;
};

/* Like fixture_finish, but the other cores are other host threads. */
static status_t worker_finish(struct worker *w, status_t status)
{
    struct thread *t = &w->f.thread;
    while (status == STATUS_STEP || status == STATUS_PARKED) {
        if (status == STATUS_PARKED) {
            struct kobject *object = t->wait.object;
            for (bool waits = true; waits;) {
                sched_yield();
                lock_acquire(&w->f.space->lock);
                waits = t->wait.state != WAIT_NONE;
                lock_release(&w->f.space->lock);
            }
            t->wait.object = NULL;
            kobject_put(object);
        }
        status = t->step(t);
    }
    t->step = NULL;
    return status;
}

static void worker_run_user(struct worker *w, struct fake_random *random)
{
    fake_enter(w->f.space, w->core);
    for (unsigned i = 0; i < 16; i++) {
        uint64_t addr = BASE + fake_below(random, PAGES) * PAGE;
        uint8_t value = (uint8_t)i;
        status_t status = i % 2 ? fake_store(w->f.space, w->core, addr, value)
                                : fake_load(w->f.space, w->core, addr, &value);
        if (status != 0 && status != -ERR_FAULT && status != -ERR_ACCES && status != -ERR_RANGE)
            arch_panic("unexpected fault status");
    }
    fake_leave(w->f.space, w->core);
}

static void worker_fork(struct worker *w)
{
    struct space *child;
    uint64_t cursor = 0;
    status_t status = space_create(w->f.machine, &w->f.machine->quota, &child);
    while (status == 0 && (status = space_fork_step(w->f.space, child, &cursor)) == STATUS_STEP) {
        sched_yield();
        status = 0;
    }
    ASSERT(status == 0);
    space_check(child);
    kobject_put(&child->object);
}

static void *worker_run(void *argument)
{
    struct worker *w = argument;
    struct fake_random random = {fake_seed() + w->core};
    struct thread *t = &w->f.thread;
    fake_set_cpu(w->f.machine->cpus[w->core]);
    for (unsigned step = 0; step < 600; step++) {
        uint64_t addr = BASE + fake_below(&random, PAGES - 8) * PAGE,
                 bytes = (1 + fake_below(&random, 8)) * PAGE;
        status_t status = 0;
        switch (fake_below(&random, 8)) {
        case 0: status = space_map(t, w->f.space, addr, bytes, RW, MAP_FLAG_FIXED, NULL, 0); break;
        case 1:
            status = space_map(t, w->f.space, addr, bytes, RW, MAP_FLAG_FIXED, w->object, 0);
            break;
        case 2:
            status = space_map(t, w->f.space, addr, bytes, RW, MAP_FLAG_FIXED | MAP_FLAG_SHARED,
                               w->object, 0);
            break;
        case 3: status = space_unmap(t, w->f.space, addr, bytes); break;
        case 4:
            status = space_protect(t, w->f.space, addr, bytes, step % 2 ? RW : MAP_PROT_READ);
            break;
        case 5: worker_fork(w); break;
        case 6:
            status = space_remap(t, w->f.space, addr, bytes, bytes + PAGE * (step % 3), step % 4,
                                 step % 2 ? BASE + fake_below(&random, PAGES - 8) * PAGE : 0);
            break;
        default: break;
        }
        (void)worker_finish(w, status);
        worker_run_user(w, &random);
        while (!space_settle(t, w->f.space))
            (void)worker_finish(w, t->wait.object ? STATUS_PARKED : STATUS_STEP);
        reclaim_step(w->f.machine);
    }
    fake_set_cpu(NULL);
    return NULL;
}

static void test_threads_in_one_space_leave_it_in_order(void **state)
{
    static struct worker workers[FAKE_CORES];
    struct fixture f;
    struct memory *object;
    fixture_start(&f, 16 * MIB);
    assert_int_equal(memory_create(f.machine, &f.machine->quota, 8 * PAGE, &object), 0);
    for (unsigned i = 0; i < FAKE_CORES; i++) {
        workers[i] = (struct worker){.f = f, .object = object, .core = i};
        list_init(&workers[i].f.thread.wait.link);
        assert_int_equal(pthread_create(&workers[i].thread, NULL, worker_run, &workers[i]), 0);
    }
    for (unsigned i = 0; i < FAKE_CORES; i++)
        pthread_join(workers[i].thread, NULL);
    kobject_put(&object->object);
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_operations_agree_with_model),
        cmocka_unit_test(test_threads_in_one_space_leave_it_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
