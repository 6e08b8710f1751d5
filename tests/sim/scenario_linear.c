/*
 * scenario_linear.c: histories of futexes and pipes against sequential models (history.h): no wake-up and no byte is lost or comes
 * twice, and everything takes effect between its call and its return. Calls: scenario_linear_call.c.
 */
#include <stdio.h>
#include <string.h>

#include "tests/sim/actor.h"
#include "tests/sim/history.h"

/* ---- futexes: words, and a queue of those who wait for one ---- */

enum { FUTEX_STORE, FUTEX_WAIT, FUTEX_WAKE };

#define WORDS   8u
#define WAITERS 8u

struct futex_state {
    uint8_t word[WORDS];
    uint8_t waiting, woken; /* how many */
    uint8_t queue[WAITERS],
        awake[WAITERS];          /* operations by called_at: in the order of their coming; sorted */
    uint8_t queue_word[WAITERS]; /* what they wait for */
};
_Static_assert(sizeof(struct futex_state) <= HISTORY_STATE, "fits");

static void futex_model_init(void *state)
{
    (void)state; /* zeros */
}

static void take_at(uint8_t *list, unsigned count, unsigned at)
{
    memmove(&list[at], &list[at + 1], count - at - 1);
    list[count - 1] = 0;
}

static bool leave_queue(struct futex_state *s, uint8_t id)
{
    for (unsigned i = 0; i < s->waiting; i++) {
        if (s->queue[i] != id)
            continue;
        take_at(s->queue, s->waiting, i);
        take_at(s->queue_word, s->waiting, i);
        s->waiting--;
        return true;
    }
    return false;
}

static bool leave_awake(struct futex_state *s, uint8_t id)
{
    for (unsigned i = 0; i < s->woken; i++) {
        if (s->awake[i] != id)
            continue;
        take_at(s->awake, s->woken--, i);
        return true;
    }
    return false;
}

static void wake(struct futex_state *s, uint8_t id)
{
    bool queued = leave_queue(s, id);
    unsigned i = s->woken++;
    for (; i != 0 && s->awake[i - 1] > id; i--) /* sorted: it is a set */
        s->awake[i] = s->awake[i - 1];
    s->awake[i] = id;
    (void)queued;
}

/* args: word, expected */
static unsigned futex_model_wait(struct futex_state *s, const struct operation *o, unsigned step)
{
    uint8_t id = (uint8_t)o->called_at, word = (uint8_t)o->args[0];
    if (step == 0 && o->result == -ERR_AGAIN)
        return s->word[word] != o->args[1] ? 2 : 0;
    if (step == 0) {
        if (s->word[word] != o->args[1] || s->waiting == WAITERS)
            return 0;
        s->queue_word[s->waiting] = word;
        s->queue[s->waiting++] = id;
        return 1;
    }
    if (o->result == 0)
        return leave_awake(s, id) ? 2 : 0;
    return leave_queue(s, id) ? 2 : 0; /* its deadline */
}

/* args: word, how many */
static unsigned futex_model_wake(struct futex_state *s, const struct operation *o)
{
    uint8_t chosen[WAITERS];
    unsigned count = 0;
    for (unsigned i = 0; i < s->waiting && count < o->args[1]; i++) {
        if (s->queue_word[i] == o->args[0])
            chosen[count++] = s->queue[i];
    }
    if (count != o->result)
        return 0;
    for (unsigned i = 0; i < count; i++)
        wake(s, chosen[i]);
    return 2;
}

static unsigned futex_model_step(void *state, const struct operation *o, unsigned step)
{
    struct futex_state *s = state;
    if (o->kind == FUTEX_WAIT)
        return futex_model_wait(s, o, step);
    if (o->kind == FUTEX_WAKE)
        return futex_model_wake(s, o);
    s->word[o->args[0]] = (uint8_t)o->args[1];
    return 2;
}

static void futex_model_print(const struct operation *o, char *text, unsigned bytes)
{
    static const char *const names[] = {"store", "wait", "wake"};
    snprintf(text, bytes, "%s(word %llu, %llu) = %lld", names[o->kind],
             (unsigned long long)o->args[0], (unsigned long long)o->args[1], (long long)o->result);
}
static const struct model futex_model = {"futex", futex_model_init, futex_model_step,
                                         futex_model_print};

/* Where the words are: some of them are in the same bucket of the kernel's. */
static uint64_t futex_words[WORDS];

static void linear_futex_thread(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < 4; i++) {
        /* Most of the time they meet at the first one. */
        unsigned word = chance(a, 2) == 0 ? (unsigned)chance(a, WORDS) : 0;
        uint64_t at = futex_words[word];
        if (chance(a, 2) == 0) {
            uint64_t expected = chance(a, 2);
            unsigned id = history_call(FUTEX_WAIT, word, expected, 0);
            uint64_t deadline = now_ns() + 2000 + chance(a, 60000);
            int64_t status = SYS(a, futex_wait, at, expected, deadline);
            EXPECT(a, status == 0 || status == -ERR_AGAIN || status == -ERR_TIMEDOUT);
            history_return(id, status, 0);
            continue;
        }
        uint32_t value = (uint32_t)chance(a, 2);
        uint64_t most = 1 + chance(a, 2);
        unsigned id = history_call(FUTEX_STORE, word, value, 0);
        store32(a, at, value);
        history_return(id, 0, 0);
        id = history_call(FUTEX_WAKE, word, most, 0);
        history_return(id, SYS(a, futex_wake, at, most), 0);
    }
    (void)arg;
}

static void linear_futex_start(void)
{
    struct process *p = sim_process("futexes");
    struct sim_random random = {sim.plan->seed};
    history_reset();
    for (unsigned i = 0; i < WORDS; i++) /* all different: an eighth of the page each */
        futex_words[i] = AT_SHARED + 512 * i + 4 * sim_below(&random, 128);
    for (unsigned i = 0; i < 4; i++)
        sim_thread(p, linear_futex_thread, i);
}

static bool linear_futex_finish(void)
{
    history_check(&futex_model);
    return true;
}
const struct scenario scenario_linear_futex = {.name = "linear-futex",
                                               .text = "a futex against a sequential model",
                                               .start = linear_futex_start,
                                               .finish = linear_futex_finish};

/* ---- pipes: a queue of pieces ---- */

enum { PIPE_WRITE, PIPE_READ, PIPE_CLOSE };
#define PIPE_HOLDS  65536u
#define READ_MOST   24u
#define WRITE_LEAST 8u /* so a read meets at most four writes */
#define FILLER      255u

struct piece {
    uint8_t id;
    uint16_t bytes;
};
struct pipe_state {
    uint32_t used;
    uint8_t count;
    bool closed;
    struct piece pieces[14];
};
_Static_assert(sizeof(struct pipe_state) <= HISTORY_STATE, "fits");

static struct {
    handle_t ends[2];
    unsigned filler, writers, readers;
    uint8_t next_id;
    uint64_t ids[4];
} pipes;

static void pipe_model_init(void *state)
{
    struct pipe_state *s = state;
    if (pipes.filler == 0)
        return;
    s->pieces[0] = (struct piece){FILLER, (uint16_t)pipes.filler};
    s->count = 1;
    s->used = pipes.filler;
}

/* What a read of so many bytes sees, as the reader packs it: 16 bits a piece. */
static uint64_t pipe_take(struct pipe_state *s, uint32_t bytes)
{
    uint64_t seen = 0;
    for (unsigned shift = 0; bytes != 0; shift += 16) {
        struct piece *first = &s->pieces[0];
        uint32_t run = first->bytes < bytes ? first->bytes : bytes;
        seen |= (uint64_t)(first->id << 8 | run) << shift;
        first->bytes = (uint16_t)(first->bytes - run);
        bytes -= run;
        s->used -= run;
        if (first->bytes == 0) {
            memmove(first, first + 1, sizeof *first * --s->count);
            s->pieces[s->count] = (struct piece){0};
        }
    }
    return seen;
}

static unsigned pipe_model_step(void *state, const struct operation *o, unsigned step)
{
    struct pipe_state *s = state;
    (void)step;
    if (o->returned && (o->result == -ERR_INTR || o->result == -ERR_PIPE))
        return 2; /* nothing has been moved */
    if (o->kind == PIPE_CLOSE) {
        s->closed = true;
        return 2;
    }
    if (o->kind == PIPE_WRITE) {
        if (PIPE_HOLDS - s->used < o->args[1])
            return o->result == -ERR_AGAIN ? 2 : 0;
        if ((o->returned && o->result != (int64_t)o->args[1]) || s->count == ARRAY_COUNT(s->pieces))
            return 0;
        s->pieces[s->count++] = (struct piece){(uint8_t)o->args[0], (uint16_t)o->args[1]};
        s->used += (uint32_t)o->args[1];
        return 2;
    }
    if (!o->returned)
        return 0; /* its bytes are gone with the process; nobody is left to miss them */
    if (s->used == 0)
        return o->result == (s->closed ? 0 : -ERR_AGAIN) ? 2 : 0;
    uint32_t bytes = s->used < o->args[1] ? s->used : (uint32_t)o->args[1];
    if (o->result != bytes)
        return 0;
    return pipe_take(s, bytes) == o->value ? 2 : 0;
}

static void pipe_model_print(const struct operation *o, char *text, unsigned bytes)
{
    static const char *const names[] = {"write", "read", "close"};
    snprintf(text, bytes, "%s(piece %llu, %llu bytes) = %lld, %llx", names[o->kind],
             (unsigned long long)o->args[0], (unsigned long long)o->args[1], (long long)o->result,
             (unsigned long long)o->value);
}
static const struct model pipe_model = {"pipe", pipe_model_init, pipe_model_step, pipe_model_print};

static uint64_t pack_pieces(const uint8_t *bytes, size_t count)
{
    uint64_t seen = 0;
    unsigned shift = 0;
    for (size_t i = 0, run = 0; i < count; i += run, shift += 16) {
        for (run = 1; i + run < count && bytes[i + run] == bytes[i];)
            run++;
        if (shift > 48)
            return UINT64_MAX; /* torn into more pieces than there can be */
        seen |= (uint64_t)((uint64_t)bytes[i] << 8 | run) << shift;
    }
    return seen;
}

/* -> the result */
static int64_t linear_pipe_read(struct actor *a)
{
    uint8_t bytes[READ_MOST];
    uint64_t most = 1 + chance(a, READ_MOST);
    unsigned id = history_call(PIPE_READ, 0, most, 0);
    int64_t got = SYS(a, read, (uint64_t)pipes.ends[0], at_data(a), most, UINT64_MAX);
    if (got > 0)
        get(a, at_data(a), bytes, (size_t)got);
    history_return(id, got, got > 0 ? pack_pieces(bytes, (size_t)got) : 0);
    return got;
}

static void linear_pipe_reader(struct actor *a, uint64_t arg)
{
    int64_t got = 1;
    for (unsigned i = 0; i < 8 && got != 0; i++) {
        got = linear_pipe_read(a);
        EXPECT(a, got >= 0 || got == -ERR_AGAIN || got == -ERR_INTR);
    }
    if (--pipes.readers == 0) /* writers that wait for room learn that there will be none */
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)pipes.ends[0]), 0);
    (void)arg;
}

static void linear_pipe_writer(struct actor *a, uint64_t arg)
{
    uint8_t bytes[40];
    for (unsigned i = 0; i < 3; i++) {
        uint64_t count = WRITE_LEAST + chance(a, sizeof bytes - WRITE_LEAST);
        uint8_t piece = ++pipes.next_id;
        memset(bytes, piece, count);
        put(a, at_data(a), bytes, count);
        unsigned id = history_call(PIPE_WRITE, piece, count, 0);
        int64_t status = SYS(a, write, (uint64_t)pipes.ends[1], at_data(a), count, UINT64_MAX);
        EXPECT(a, status == (int64_t)count || status == -ERR_AGAIN || status == -ERR_INTR ||
                      status == -ERR_PIPE); /* for a moment, until SIGPIPE has ended us all */
        history_return(id, status, 0);
    }
    if (--pipes.writers == 0) {
        unsigned id = history_call(PIPE_CLOSE, 0, 0, 0);
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)pipes.ends[1]), 0);
        history_return(id, 0, 0);
    }
    (void)arg;
}

/* So many bytes through the pipe, of which the last `stay` stay. */
static void pipe_fill(struct actor *a, uint32_t bytes, uint32_t stay)
{
    static uint8_t filler[4096];
    memset(filler, FILLER, sizeof filler);
    put(a, AT_MORE, filler, sizeof filler);
    for (uint32_t left = bytes, run; left != 0; left -= run) {
        run = left < sizeof filler ? left : sizeof filler;
        EXPECT_IS(a, SYS(a, write, (uint64_t)pipes.ends[1], AT_MORE, run, UINT64_MAX), run);
    }
    if (bytes != stay)
        EXPECT_IS(a, SYS(a, read, (uint64_t)pipes.ends[0], AT_MORE, bytes - stay, UINT64_MAX),
                  bytes - stay);
    pipes.filler = stay;
}

static void pipe_signal(struct actor *a, uint32_t signo)
{
    EXPECT_IS(a, signo, DYAD_SIGUSR1);
}

static void linear_pipe_signaller(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < 4; i++) {
        compute(a, (unsigned)chance(a, 30));
        int64_t status = signal_thread(a, pipes.ids[chance(a, 4)], DYAD_SIGUSR1);
        EXPECT(a, status == 0 || status == -ERR_SRCH);
    }
    (void)arg;
}

/* By the seed: an empty pipe, one that is about to cross a page, or a full one, whose writers wait or get -ERR_AGAIN. The two readers
 * take more than the writers put into it. */
static void linear_pipe_first(struct actor *a, uint64_t arg)
{
    unsigned full = sim.plan->seed % 3;
    on_signals(a, DYAD_SIGNAL_BIT(DYAD_SIGUSR1), pipe_signal);
    EXPECT_IS(a, make_pipe(a, pipes.ends, chance(a, 3) == 0 ? FILE_NONBLOCK : 0), 0);
    if (full == 1)
        pipe_fill(a, 4090, 10);
    if (full == 2)
        pipe_fill(a, PIPE_HOLDS - 60, PIPE_HOLDS - 60);
    pipes.ids[0] = (uint64_t)SYS(a, thread_control, THREAD_SELF);
    pipes.ids[1] = (uint64_t)spawn(a, HANDLE_NONE, linear_pipe_reader, 0);
    pipes.ids[2] = (uint64_t)spawn(a, HANDLE_NONE, linear_pipe_writer, 0);
    pipes.ids[3] = (uint64_t)spawn(a, HANDLE_NONE, linear_pipe_reader, 1);
    EXPECT(a, spawn(a, HANDLE_NONE, linear_pipe_signaller, 0) > 0);
    linear_pipe_writer(a, arg);
}

static void linear_pipe_start(void)
{
    pipes.filler = 0;
    pipes.writers = pipes.readers = 2;
    pipes.next_id = 0;
    history_reset();
    sim_thread(sim_process("pipes"), linear_pipe_first, 0);
}

static bool linear_pipe_finish(void)
{
    history_check(&pipe_model);
    return pipes.readers == 0;
}
const struct scenario scenario_linear_pipe = {.name = "linear-pipe",
                                              .text = "a pipe against a sequential model",
                                              .start = linear_pipe_start,
                                              .finish = linear_pipe_finish};
