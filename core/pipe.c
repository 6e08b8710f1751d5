/*
 * pipe.c: pipes: a ring of up to 16 pages with a reading and a writing end.
 *
 * A thread that blocks keeps its progress in t->op and goes on by its step, in its own context: whoever makes room or
 * data only wakes the first waiter, and that one wakes the next when it leaves something. A signal wakes it like anything
 * else; it returns what it has moved, or -ERR_INTR when that is nothing.
 */
#include "core/event.h"
#include "core/ipc.h"
#include "core/machine.h"
#include "core/page.h"
#include "core/process.h"
#include "core/signal.h"
#include "core/space.h"

#define PIPE_PAGES  16u
#define PIPE_BYTES  (PIPE_PAGES * (uint32_t)DYAD_PAGE_SIZE)
#define PIPE_ATOMIC 4096u
#define PIPE_LOCKED_MOST \
    (4 * (uint32_t)DYAD_PAGE_SIZE) /* bytes copied before the lock is let go for a moment */

struct pipe;

/* What handles name. */
struct pipe_end {
    struct kobject object;
    struct pipe *pipe;
    _Atomic uint32_t flags; /* FILE_NONBLOCK, and FILE_READ or FILE_WRITE */
    _Atomic uint32_t level; /* EVENT_*; written under the pipe's lock */
};

struct pipe {
    struct pipe_end reader, writer;
    _Atomic uint32_t references; /* ends that are not destroyed */
    struct quota *quota;         /* counted; pays for the pages too */
    struct lock lock;            /* rank LOCK_PIPE */
    /* Guarded by lock: */
    uint32_t start GUARDED_BY(&lock), used GUARDED_BY(&lock); /* the bytes in the ring */
    struct page *pages[PIPE_PAGES] GUARDED_BY(&lock);         /* made when first needed */
    struct list readers GUARDED_BY(&lock);                    /* wait.link */
    struct list writers GUARDED_BY(&lock);
    bool read_closed GUARDED_BY(&lock), write_closed GUARDED_BY(&lock);
};

/* t->op of a read or write. The end is counted until the step returns a result. */
enum { PIPE_END, PIPE_BUFFER, PIPE_SIZE, PIPE_DONE, PIPE_NEED };

static struct pipe_end *end_of(struct kobject *object)
{
    return CONTAINER_OF(object, struct pipe_end, object);
}

/* ---- levels and wake-ups ---- */

/* Levels that have risen, to be triggered without the lock. */
struct pipe_change {
    uint32_t reader, writer;
};

static uint32_t level_set(struct pipe_end *end, uint32_t level)
{
    uint32_t old = atomic_load_explicit(&end->level, memory_order_relaxed);
    if (level != old)
        atomic_store_explicit(&end->level, level, memory_order_release);
    return level & ~old;
}

static void pipe_wake_writer_locked(struct pipe *pipe) REQUIRES(&pipe->lock)
{
    while (!list_empty(&pipe->writers)) {
        struct thread *t = LIST_ENTRY(pipe->writers.next, struct thread, wait.link);
        if (!pipe->read_closed && PIPE_BYTES - pipe->used < t->op.words[PIPE_NEED])
            return;
        list_remove(&t->wait.link);
        if (!wait_claim(t))
            continue;
        wait_resume(t);
        if (!pipe->read_closed)
            return; /* the others see the end as well; otherwise this one wakes the next */
    }
}

static void pipe_wake_reader_locked(struct pipe *pipe) REQUIRES(&pipe->lock)
{
    struct list *node;
    while ((pipe->used != 0 || pipe->write_closed) && (node = list_pop(&pipe->readers)) != NULL) {
        struct thread *t = LIST_ENTRY(node, struct thread, wait.link);
        if (!wait_claim(t))
            continue;
        wait_resume(t);
        if (!pipe->write_closed)
            return;
    }
}

/* After any change: whoever can go on is woken. */
static struct pipe_change pipe_changed_locked(struct pipe *pipe) REQUIRES(&pipe->lock)
{
    uint32_t read =
        (pipe->used != 0 ? EVENT_READABLE : 0) | (pipe->write_closed ? EVENT_HANGUP : 0);
    uint32_t write = (PIPE_BYTES - pipe->used >= PIPE_ATOMIC ? EVENT_WRITABLE : 0) |
                     (pipe->read_closed ? EVENT_ERROR : 0);
    pipe_wake_reader_locked(pipe);
    pipe_wake_writer_locked(pipe);
    return (struct pipe_change){level_set(&pipe->reader, read), level_set(&pipe->writer, write)};
}

static void pipe_announce(struct pipe *pipe, struct pipe_change change)
{
    if (change.reader != 0)
        watch_trigger(&pipe->reader.object, change.reader);
    if (change.writer != 0)
        watch_trigger(&pipe->writer.object, change.writer);
}

/* ---- the ring ---- */

/* The page under ring position `at`; NULL: out of memory. */
static uint8_t *pipe_page_locked(struct pipe *pipe, uint32_t at) REQUIRES(&pipe->lock)
{
    struct machine *machine = pipe->reader.object.machine;
    struct page **page = &pipe->pages[at / DYAD_PAGE_SIZE];
    if (*page == NULL) {
        if (quota_charge(pipe->quota, QUOTA_PAGES, 1) < 0)
            return NULL;
        *page = page_alloc(machine, 0);
        if (*page == NULL) {
            quota_release(pipe->quota, QUOTA_PAGES, 1);
            return NULL;
        }
    }
    return page_ptr(machine, *page);
}

/* Bytes from ring position `at` to the end of its page, at most `most`. */
static uint32_t pipe_run(uint32_t at, uint32_t most)
{
    uint32_t run = (uint32_t)DYAD_PAGE_SIZE - at % (uint32_t)DYAD_PAGE_SIZE;
    return run < most ? run : most;
}

/* Copy `bytes`, all or nothing, from user memory behind the used part. */
static status_t pipe_put_locked(struct thread *t, struct pipe *pipe, uint64_t user, uint32_t bytes)
    REQUIRES(&pipe->lock)
{
    for (uint32_t done = 0; done < bytes;) {
        uint32_t at = (pipe->start + pipe->used + done) % PIPE_BYTES;
        uint32_t run = pipe_run(at, bytes - done);
        uint8_t *page = pipe_page_locked(pipe, at);
        if (page == NULL)
            return -ERR_NOMEM;
        status_t status = user_read(t->space, page + at % DYAD_PAGE_SIZE, user + done, run);
        if (status < 0)
            return status;
        done += run;
    }
    pipe->used += bytes;
    return 0;
}

/* Copy up to a page's end from the ring to user memory. -> bytes */
static status_t pipe_get_locked(struct thread *t, struct pipe *pipe, uint64_t user, uint32_t bytes)
    REQUIRES(&pipe->lock)
{
    struct machine *machine = pipe->reader.object.machine;
    uint32_t run = pipe_run(pipe->start, bytes < pipe->used ? bytes : pipe->used);
    uint8_t *page = page_ptr(machine, pipe->pages[pipe->start / DYAD_PAGE_SIZE]);
    status_t status = user_write(t->space, user, page + pipe->start % DYAD_PAGE_SIZE, run);
    if (status < 0)
        return status;
    pipe->used -= run;
    /* An empty ring starts over, so that small messages use one page for ever. */
    pipe->start = pipe->used == 0 ? 0 : (pipe->start + run) % PIPE_BYTES;
    return run;
}

/* ---- read and write ---- */

/* Nothing can be done now: park, or say why not. Progress is a result. */
static status_t pipe_block_locked(struct thread *t, struct pipe *pipe, struct pipe_end *end,
                                  struct list *waiters) REQUIRES(&pipe->lock)
{
    status_t done = (status_t)t->op.words[PIPE_DONE];
    status_t status = -ERR_AGAIN;
    if (!(atomic_load_explicit(&end->flags, memory_order_relaxed) & FILE_NONBLOCK)) {
        list_append(waiters, &t->wait.link);
        status = wait_arm(t, &end->object, &pipe->lock, DEADLINE_NEVER);
        if (status == STATUS_PARKED)
            return status;
        list_remove(&t->wait.link);
    }
    return done != 0 ? done : status;
}

/* Move a bounded part. -> STATUS_STEP: there is more; STATUS_PARKED; or the result. */
static status_t pipe_read_locked(struct thread *t, struct pipe *pipe) REQUIRES(&pipe->lock)
{
    uint64_t *op = t->op.words;
    for (uint32_t moved = 0; pipe->used != 0 && op[PIPE_DONE] < op[PIPE_SIZE];) {
        if (moved >= PIPE_LOCKED_MOST)
            return STATUS_STEP;
        uint64_t left = op[PIPE_SIZE] - op[PIPE_DONE];
        status_t run = pipe_get_locked(t, pipe, op[PIPE_BUFFER] + op[PIPE_DONE], (uint32_t)left);
        if (run < 0)
            return op[PIPE_DONE] != 0 ? (status_t)op[PIPE_DONE] : run;
        op[PIPE_DONE] += (uint64_t)run;
        moved += (uint32_t)run;
    }
    if (op[PIPE_DONE] != 0 || pipe->write_closed)
        return (status_t)op[PIPE_DONE];
    return pipe_block_locked(t, pipe, &pipe->reader, &pipe->readers);
}

/* The same. Up to PIPE_ATOMIC bytes go in together or not yet. */
static status_t pipe_write_locked(struct thread *t, struct pipe *pipe) REQUIRES(&pipe->lock)
{
    uint64_t *op = t->op.words;
    for (uint32_t moved = 0; op[PIPE_DONE] < op[PIPE_SIZE];) {
        uint64_t left = op[PIPE_SIZE] - op[PIPE_DONE];
        uint32_t room = PIPE_BYTES - pipe->used;
        if (pipe->read_closed)
            return -ERR_PIPE;
        if (room < op[PIPE_NEED])
            return pipe_block_locked(t, pipe, &pipe->writer, &pipe->writers);
        if (moved >= PIPE_LOCKED_MOST)
            return STATUS_STEP;
        uint32_t most = left < room ? (uint32_t)left : room;
        uint32_t run = most < PIPE_ATOMIC ? most : PIPE_ATOMIC;
        status_t status = pipe_put_locked(t, pipe, op[PIPE_BUFFER] + op[PIPE_DONE], run);
        if (status < 0)
            return op[PIPE_DONE] != 0 ? (status_t)op[PIPE_DONE] : status;
        op[PIPE_DONE] += run;
        moved += run;
    }
    return (status_t)op[PIPE_DONE];
}

/* The signal comes also when something was written before the reader went. */
static status_t pipe_broken(struct thread *t)
{
    struct signal_info info = {.signo = DYAD_SIGPIPE,
                               .pid = process_cred_word(t->process, CRED_PID)};
    status_t done = (status_t)t->op.words[PIPE_DONE];
    status_t status = process_signal(t->process, t->id, &info);
    (void)status; /* dying: it does not matter any more */
    return done != 0 ? done : -ERR_PIPE;
}

static status_t pipe_step(struct thread *t, struct pipe_end *end,
                          status_t (*move_locked)(struct thread *,
                                                  struct pipe *)) NO_THREAD_ANALYSIS
{
    struct pipe *pipe = end->pipe;
    lock_acquire(&pipe->lock);
    uint32_t before = pipe->used;
    status_t status = move_locked(t, pipe);
    struct pipe_change change = pipe_changed_locked(pipe);
    /* More to read is news, which EVENT_EDGE reports; who begins to watch now sees the level. */
    if (pipe->used > before &&
        atomic_load_explicit(&pipe->reader.object.watched, memory_order_relaxed) != 0)
        change.reader |= EVENT_READABLE;
    lock_release(&pipe->lock);
    pipe_announce(pipe, change);
    return status;
}

static status_t pipe_read_step(struct thread *t)
{
    struct pipe_end *end = t->op.pointers[PIPE_END];
    status_t status = pipe_step(t, end, pipe_read_locked);
    if (status != STATUS_PARKED && status != STATUS_STEP)
        kobject_put(&end->object);
    return status;
}

static status_t pipe_write_step(struct thread *t)
{
    struct pipe_end *end = t->op.pointers[PIPE_END];
    status_t status = pipe_step(t, end, pipe_write_locked);
    if (status == STATUS_PARKED || status == STATUS_STEP)
        return status;
    if (status == -ERR_PIPE)
        status = pipe_broken(t);
    kobject_put(&end->object);
    return status;
}

static void pipe_prepare(struct thread *t, struct kobject *object, uint64_t buffer, uint64_t bytes,
                         status_t (*step)(struct thread *))
{
    kobject_get(object);
    t->op.pointers[PIPE_END] = end_of(object);
    t->op.words[PIPE_BUFFER] = buffer;
    t->op.words[PIPE_SIZE] = bytes < DYAD_COPY_MAX ? bytes : DYAD_COPY_MAX;
    t->op.words[PIPE_DONE] = 0;
    t->op.words[PIPE_NEED] = bytes <= PIPE_ATOMIC ? bytes : 1;
    t->step = step;
}

static status_t pipe_read(struct thread *t, struct kobject *object, uint64_t buffer, uint64_t bytes,
                          uint64_t offset, unsigned flags)
{
    (void)flags;
    if (offset != UINT64_MAX)
        return -ERR_SPIPE;
    if (bytes == 0)
        return 0;
    pipe_prepare(t, object, buffer, bytes, pipe_read_step);
    return pipe_read_step(t);
}

static status_t pipe_write(struct thread *t, struct kobject *object, uint64_t buffer,
                           uint64_t bytes, uint64_t offset, unsigned flags)
{
    (void)flags;
    if (offset != UINT64_MAX)
        return -ERR_SPIPE;
    if (bytes == 0)
        return 0;
    pipe_prepare(t, object, buffer, bytes, pipe_write_step);
    return pipe_write_step(t);
}

/* ---- ends ---- */

static status_t pipe_control(struct thread *t, struct kobject *object, unsigned rights,
                             enum handle_op op, uint64_t arg)
{
    struct pipe_end *end = end_of(object);
    (void)t, (void)rights;
    switch (op) {
    case HANDLE_GET_FLAGS: return atomic_load(&end->flags);
    case HANDLE_SET_FLAGS:
        if (arg & FILE_NONBLOCK)
            atomic_fetch_or(&end->flags, FILE_NONBLOCK);
        else
            atomic_fetch_and(&end->flags, ~FILE_NONBLOCK);
        return 0;
    case HANDLE_SEEK_SET:
    case HANDLE_SEEK_CUR: return -ERR_SPIPE;
    default: return -ERR_INVAL;
    }
}

static unsigned pipe_poll(struct kobject *object)
{
    return atomic_load_explicit(&end_of(object)->level, memory_order_acquire);
}

/* The last handle of an end: whoever waits at the other one learns of it. */
static void pipe_close(struct kobject *object)
{
    struct pipe_end *end = end_of(object);
    struct pipe *pipe = end->pipe;
    lock_acquire(&pipe->lock);
    if (end == &pipe->reader)
        pipe->read_closed = true;
    else
        pipe->write_closed = true;
    struct pipe_change change = pipe_changed_locked(pipe);
    lock_release(&pipe->lock);
    pipe_announce(pipe, change);
}

static void pipe_free(struct pipe *pipe) NO_THREAD_ANALYSIS
{
    struct machine *machine = pipe->reader.object.machine;
    struct quota *quota = pipe->quota;
    for (unsigned i = 0; i < PIPE_PAGES; i++) {
        if (pipe->pages[i] == NULL)
            continue;
        page_put(machine, pipe->pages[i]);
        quota_release(quota, QUOTA_PAGES, 1);
    }
    quota_free(quota, pipe, sizeof *pipe);
    quota_put(quota);
}

static void pipe_destroy(struct kobject *object)
{
    struct pipe *pipe = end_of(object)->pipe;
    if (atomic_fetch_sub_explicit(&pipe->references, 1, memory_order_acq_rel) == 1)
        pipe_free(pipe);
}

static const struct kobject_ops pipe_read_ops = {
    .name = "pipe reader",
    .kind = HANDLE_KIND_PIPE_READ,
    .close = pipe_close,
    .destroy = pipe_destroy,
    .read = pipe_read,
    .control = pipe_control,
    .poll = pipe_poll,
};

static const struct kobject_ops pipe_write_ops = {
    .name = "pipe writer",
    .kind = HANDLE_KIND_PIPE_WRITE,
    .close = pipe_close,
    .destroy = pipe_destroy,
    .write = pipe_write,
    .control = pipe_control,
    .poll = pipe_poll,
};

/* Both ends with one reference each; NULL: out of memory. */
static struct pipe *pipe_new(struct thread *t, uint32_t flags) NO_THREAD_ANALYSIS
{
    struct quota *quota = t->process->quota;
    struct pipe *pipe = quota_alloc(quota, sizeof *pipe);
    if (pipe == NULL)
        return NULL;
    quota_get(quota);
    pipe->quota = quota;
    kobject_init(&pipe->reader.object, t->object.machine, &pipe_read_ops);
    kobject_init(&pipe->writer.object, t->object.machine, &pipe_write_ops);
    pipe->reader.pipe = pipe->writer.pipe = pipe;
    atomic_init(&pipe->reader.flags, flags | FILE_READ);
    atomic_init(&pipe->writer.flags, flags | FILE_WRITE);
    atomic_init(&pipe->writer.level, EVENT_WRITABLE);
    atomic_init(&pipe->references, 2);
    lock_init(&pipe->lock, LOCK_PIPE);
    list_init(&pipe->readers);
    list_init(&pipe->writers);
    return pipe;
}

static status_t pipe_install(struct thread *t, struct pipe *pipe, uint64_t ends)
{
    const uint32_t rights = RIGHT_CALL | RIGHT_PASS | RIGHT_WATCH;
    handle_t handles[2];
    status_t reader = handle_install(t->process, &pipe->reader.object, rights | RIGHT_READ);
    if (reader < 0)
        return reader;
    status_t writer = handle_install(t->process, &pipe->writer.object, rights | RIGHT_WRITE);
    status_t status = writer < 0 ? writer : 0;
    handles[0] = (handle_t)reader;
    handles[1] = (handle_t)writer;
    if (status == 0)
        status = user_write(t->space, ends, handles, sizeof handles);
    if (status == 0)
        return 0;
    status_t closed = handle_close(t->process, handles[0]);
    if (writer >= 0)
        closed = handle_close(t->process, handles[1]);
    (void)closed;
    return status;
}

status_t pipe_create(struct thread *t, uint64_t ends, uint64_t flags)
{
    if (flags & ~(uint64_t)FILE_NONBLOCK)
        return -ERR_INVAL;
    struct pipe *pipe = pipe_new(t, (uint32_t)flags);
    if (pipe == NULL)
        return -ERR_NOMEM;
    status_t status = pipe_install(t, pipe, ends);
    struct kobject *writer = &pipe->writer.object;
    kobject_put(&pipe->reader.object);
    kobject_put(writer);
    return status;
}
