/* op.c: decoding operations and doing them: see op.h. */
#include "tests/fuzz/core/op.h"

#include <string.h>

#include "abi/scheme.h"
#include "core/space.h"

#define PEERS_MAX   24u /* processes that are remembered in a run */
#define HANDLES_MAX 24u

/* What a process knows of its handles and requests. */
struct peer {
    uint64_t kid;
    handle_t handles[HANDLES_MAX];
    unsigned count, next;
    uint32_t tag;
    uint64_t file;
};
static struct peer peers[PEERS_MAX], saved[BODY_SNAPSHOTS][PEERS_MAX];
static unsigned peer_next, saved_next[BODY_SNAPSHOTS];
static struct peer nobody, *last_peer = &nobody; /* of the last operation */

static const uint64_t special_numbers[] = {
    0,
    1,
    UINT64_MAX,
    INT64_MAX,
    (uint64_t)INT64_MIN,
    UINT32_MAX,
    0x80000000,
    0x7fffffff,
    DYAD_PAGE_SIZE,
    DYAD_PAGE_SIZE - 1,
    DYAD_COPY_MAX,
    DYAD_COPY_MAX + 1,
    DYAD_USER_BASE,
    DYAD_USER_BASE - 1,
    DYAD_USER_END,
    DYAD_USER_END - 1,
    DYAD_USER_END - DYAD_PAGE_SIZE,
    DYAD_HOLE_BASE,
    0x200000000000, /* the kernel's memory */
    0x8000000000000000,
    0x0000800000000000,
    0xffff800000000000,
    0xffffffffffffe000,
    0xfffffffffffff000,
    USER_BAD,
    USER_BASE + USER_PAGES *DYAD_PAGE_SIZE - 1,
    DYAD_MAP_BASE,
    DYAD_PATH_MAX,
    DYAD_PATH_MAX + 1,
    DYAD_HANDLES_MAX,
    DYAD_HANDLES_MAX - 1,
    (uint64_t)STATUS_PARKED,
    (uint64_t)STATUS_STEP,
    (uint64_t)STATUS_NO_RESULT,
    0x10000,
    0xffff,
    RIGHT_ALL,
    VERB_PRIVATE,
    0x4000000000000000,
    0x3fffffffffffffff,
    0xfffffffffff,
    0x100000000,
};

static const char texts[][9] = {"a:",       "b:",      "a:f",     "b:x",     "c:",      "sys:",
                                "log:",     "time:",   "hw:",     "a",       "b",       "c",
                                "sys:cpu",  "proc:",   "proc:1",  "a:\0b",   ":",       "",
                                "abcdefgh", "a:/../b", "hw:tty0", "sys:mem", "hw:cons", "/a/b/c/d"};

static struct peer *peer_of(const struct thread *t)
{
    for (unsigned i = 0; i < PEERS_MAX; i++) {
        if (peers[i].kid == t->process->kid)
            return &peers[i];
    }
    struct peer *peer = &peers[peer_next++ % PEERS_MAX];
    *peer = *last_peer; /* a forked child has the handles of its parent */
    peer->kid = t->process->kid;
    return peer;
}

static handle_t peer_handle(const struct peer *peer, unsigned which)
{
    return peer->count == 0 ? HANDLE_NONE : peer->handles[which % peer->count];
}

static void peer_learn(struct peer *peer, handle_t h)
{
    if (peer->count < HANDLES_MAX) {
        peer->handles[peer->count++] = h;
        return;
    }
    peer->handles[HANDLES_MAX / 2 + peer->next++ % (HANDLES_MAX / 2)] =
        h; /* those of the set up stay */
}

void op_learn_handle(struct thread *t, handle_t h)
{
    peer_learn(peer_of(t), h);
}

void op_snapshot(unsigned number)
{
    memcpy(saved[number], peers, sizeof peers);
    saved_next[number] = peer_next;
    memset(peers, 0, sizeof peers);
    peer_next = 0;
    last_peer = &nobody;
}

void op_restore(unsigned number)
{
    memcpy(peers, saved[number], sizeof peers);
    peer_next = saved_next[number];
    last_peer = &peers[0];
}

/* ---- words ---- */

static uint64_t pair(uint32_t low, uint32_t high)
{
    return low | (uint64_t)high << 32;
}

static uint64_t word_value(const struct op_word *word, const struct peer *peer, unsigned block)
{
    unsigned value = word->value, extra = word->extra;
    switch ((enum word_kind)(word->kind % WORD_KINDS)) {
    case WORD_NUMBER: return value;
    case WORD_HANDLE: return (uint64_t)(int64_t)peer_handle(peer, value);
    case WORD_BLOCK: return OP_BLOCK_AT(block) + value % 1024;
    case WORD_POINTER: return USER_BASE + value;
    case WORD_EDGE: return USER_BASE + (extra % (USER_PAGES + 2)) * DYAD_PAGE_SIZE - value % 4096;
    case WORD_SPECIAL: return special_numbers[value % ARRAY_COUNT(special_numbers)];
    case WORD_SHIFTED: return (uint64_t)value << extra % 64;
    case WORD_NEGATIVE: return -(uint64_t)value;
    case WORD_HANDLE_LOW: return pair((uint32_t)peer_handle(peer, extra), value);
    case WORD_HANDLE_HIGH: return pair(value, (uint32_t)peer_handle(peer, extra));
    case WORD_PAIR: return pair(value, extra);
    case WORD_TAG: return pair(peer->tag, extra);
    case WORD_FILE: return peer->file;
    case WORD_TIME: return body.now_ns + value * 1000UL;
    case WORD_TEXT: {
        uint64_t text;
        memcpy(&text, texts[value % ARRAY_COUNT(texts)], sizeof text);
        return text;
    }
    case WORD_KID: return peers[value % PEERS_MAX].kid;
    case WORD_KINDS: break;
    }
    return 0;
}

/* ---- decoding ---- */

size_t op_decode(const uint8_t *data, size_t size, struct op *op)
{
    size_t fixed = sizeof op->header + sizeof op->args;
    *op = (struct op){0};
    if (size == 0)
        return 0;
    memcpy(op, data, size < fixed ? size : fixed);
    op->header.words %= OP_WORDS_MAX + 1;
    if (size <= fixed)
        return size;
    size_t bytes = op->header.words * sizeof op->memory[0];
    if (bytes > size - fixed)
        bytes = size - fixed;
    memcpy(op->memory, data + fixed, bytes);
    return fixed + bytes;
}

size_t op_encode(const struct op *op, uint8_t *data, size_t room)
{
    size_t bytes = sizeof op->header + sizeof op->args + op->header.words * sizeof op->memory[0];
    if (bytes > room)
        return 0;
    memcpy(data, op, bytes);
    return bytes;
}

/* ---- doing ---- */

static bool makes_handle(unsigned number, const uint64_t args[6])
{
    switch (number) {
    case SYS_handle_dup:
    case SYS_open:
    case SYS_memory_create:
    case SYS_space_create:
    case SYS_process_create:
    case SYS_process_fork:
    case SYS_scheme_create:
    case SYS_event_create: return true;
    case SYS_namespace_control: return args[1] <= NAMESPACE_COPY;
    case SYS_process_control:
        return args[1] == PROCESS_GIVE || args[1] == PROCESS_SPACE || args[1] == PROCESS_SELF ||
               args[1] == PROCESS_FIND;
    default: return false;
    }
}

/* Learn from the result what a program would. */
static void op_note(struct thread *t, unsigned number, const uint64_t args[6], int64_t result)
{
    struct peer *peer = peer_of(t);
    struct request request;
    handle_t ends[2];
    if (makes_handle(number, args) && result >= 0)
        peer_learn(peer, (handle_t)result);
    if (number == SYS_pipe_create && result == 0 &&
        user_read(t->space, ends, args[0], sizeof ends) == 0) {
        peer_learn(peer, ends[0]);
        peer_learn(peer, ends[1]);
    }
    if (number == SYS_scheme_serve && result == 0 && args[2] != 0 &&
        user_read(t->space, &request, args[2], sizeof request) == 0) {
        peer->tag = request.tag;
        peer->file = request.file;
        if (request.received != HANDLE_NONE)
            peer_learn(peer, request.received);
    }
}

/* Calls that were blocked may have ended since: their results are looked at as well. */
static void op_note_waiting(void)
{
    for (unsigned slot = 0; slot < BODY_USERS_MAX; slot++) {
        struct thread *t = body_thread_at(slot);
        if (t == NULL || !t->user.in_user || t->user.number == SYS_null)
            continue;
        op_note(t, (unsigned)t->user.number, t->user.args, t->user.result);
        t->user.number = SYS_null;
    }
}

static struct thread *op_actor(unsigned wanted)
{
    for (unsigned i = 0; i < BODY_USERS_MAX; i++) {
        struct thread *t = body_thread_at((wanted + i) % BODY_USERS_MAX);
        if (t != NULL && body_can_act(t))
            return t;
    }
    return NULL;
}

static void op_syscall(struct thread *t, const struct op *op)
{
    struct peer *peer = peer_of(t);
    uint64_t args[6], memory[OP_WORDS_MAX];
    int64_t result;
    for (unsigned i = 0; i < op->header.words; i++)
        memory[i] = word_value(&op->memory[i], peer, op->header.block);
    for (unsigned i = 0; i < 6; i++)
        args[i] = word_value(&op->args[i], peer, op->header.block);
    if (op->header.words != 0 &&
        user_write(t->space, OP_BLOCK_AT(op->header.block), memory, op->header.words * 8UL) < 0)
        memory[0] = 0; /* the process has unmapped it: the call sees so, too */
    if (last_peer != &nobody)
        last_peer = peer;
    (void)body_call(t, op->header.number, args, &result);
    op_note_waiting();
}

static void op_fault(struct thread *t, const struct op *op)
{
    static const unsigned accesses[] = {MAP_PROT_READ, MAP_PROT_WRITE, MAP_PROT_EXEC};
    body_trap(t, &(struct trap){.kind = TRAP_FAULT,
                                .fault = op->args[1].value % (FAULT_ALIGNMENT + 1),
                                .addr = word_value(&op->args[0], peer_of(t), op->header.block),
                                .access = accesses[op->args[1].extra % 3]});
}

void op_run(const struct op *op)
{
    struct thread *t = op_actor(op->header.actor % 16);
    unsigned number = op->header.number % (OP_COUNT + 1);
    if (number == OP_ADVANCE) {
        body_advance((uint64_t)op->args[0].value * 1000 << op->args[0].extra % 16);
        op_note_waiting();
    } else if (number == OP_MEMORY_FAILS) {
        atomic_store(&body.machine->heap.fault.fail_at, op->args[0].value % 64);
    } else if (t == NULL) {
        return;
    } else if (number == OP_FAULT) {
        op_fault(t, op);
    } else if (number == OP_KILL) {
        struct process *process = t->process;
        kobject_get(&process->object);
        process_kill(process, op->args[0].value);
        kobject_put(&process->object);
        body_advance(0);
    } else {
        op_syscall(t, op);
    }
}
