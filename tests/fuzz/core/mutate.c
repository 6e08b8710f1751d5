/* mutate.c: changing inputs of op.h without breaking them: operations come, go, move and are repeated; words change their meaning. */
#include <stdio.h>
#include <string.h>

#include "abi/scheme.h"
#include "tests/fuzz/core/op.h"

__attribute__((weak)) /* AFL++'s driver has none, and does not ask us either */
size_t
LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);

#define OPS_MAX 32u

struct random {
    uint64_t state;
};

static unsigned below(struct random *random, unsigned limit)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15; /* splitmix64 */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return (unsigned)((z ^ z >> 31) % limit);
}

/* What an argument of a system call usually is: h handle, p pointer to the block, n number, a address, d deadline, t tag, f file,
 * l length, - anything. The rest of the calls, and sometimes these, take what comes. */
static const struct {
    const char *args;
    uint8_t words;
} shapes[SYS_COUNT] = {
    [SYS_handle_close] = {"h", 0},
    [SYS_handle_dup] = {"hn", 0},
    [SYS_handle_control] = {"hnn", 0},
    [SYS_open] = {"hpnnnp", 2},
    [SYS_read] = {"hplx", 0},
    [SYS_write] = {"hplx", 2},
    [SYS_call] = {"hnp", 13},
    [SYS_map] = {"halnhl", 0},
    [SYS_unmap] = {"hal", 0},
    [SYS_protect] = {"haln", 0},
    [SYS_remap] = {"hallna", 0},
    [SYS_memory_create] = {"l-", 0},
    [SYS_exec] = {"hp", 6},
    [SYS_process_create] = {"hx", 0},
    [SYS_process_fork] = {"hnp", 5},
    [SYS_process_control] = {"hnpn", 6},
    [SYS_thread_create] = {"hp", 5},
    [SYS_thread_exit] = {"p", 1},
    [SYS_thread_control] = {"nnp", 4},
    [SYS_signal_control] = {"npp", 6},
    [SYS_scheme_create] = {"hpn-", 1},
    [SYS_scheme_serve] = {"hpppld", 6},
    [SYS_scheme_copy] = {"htnnpl", 0},
    [SYS_scheme_notify] = {"hfn", 0},
    [SYS_namespace_control] = {"hnpnh", 1},
    [SYS_event_watch] = {"hhnn", 0},
    [SYS_event_wait] = {"hpnd", 0},
    [SYS_futex_wait] = {"pnd", 1},
    [SYS_futex_wake] = {"pn", 1},
    [SYS_pipe_create] = {"pn", 0},
    [SYS_sleep] = {"nd", 0},
    [SYS_log] = {"npn", 2},
    [SYS_entropy] = {"pn", 0},
};

static struct op_word any_word(struct random *r)
{
    return (struct op_word){.kind = (uint8_t)below(r, WORD_KINDS),
                            .extra = (uint8_t)below(r, below(r, 4) ? 16 : 256),
                            .value = (uint16_t)below(r, below(r, 3) ? 40 : 65536)};
}

static struct op_word likely_word(struct random *r, char shape)
{
    struct op_word word = any_word(r);
    if (below(r, 12) == 0)
        return word;
    switch (shape) {
    case 'h':
        word.kind = below(r, 8) ? WORD_HANDLE : WORD_NEGATIVE;
        word.value = word.kind == WORD_HANDLE ? word.value % 24 : 1;
        break;
    case 'p':
        word.kind = below(r, 6) ? WORD_BLOCK : WORD_POINTER;
        word.value = word.kind == WORD_BLOCK ? word.value % 16 * 8 % 128 : word.value;
        break;
    case 'n':
        word.kind = WORD_NUMBER;
        word.value %= 48;
        break;
    case 'a':
        word.kind = WORD_SHIFTED;
        word.value = (uint16_t)(0x100 + below(r, 20));
        word.extra = 12;
        break;
    case 'l':
        word.kind = below(r, 3) ? WORD_SHIFTED : WORD_NUMBER;
        word.extra = 12;
        word.value %= 20;
        break;
    case 'd':
        word.kind = below(r, 3) ? WORD_SPECIAL : WORD_TIME;
        word.value = word.kind == WORD_SPECIAL ? 2 : word.value;
        break;
    case 't':
        word.kind = WORD_TAG;
        word.extra = 0;
        break;
    case 'f': word.kind = below(r, 2) ? WORD_FILE : WORD_NUMBER; break;
    case 'x':
        word.kind = WORD_NEGATIVE;
        word.value = below(r, 2);
        break;
    default: break;
    }
    return word;
}

/* struct call_args, struct reply and a path are worth knowing. */
static void likely_memory(struct random *r, struct op *op)
{
    struct op_word *m = op->memory;
    for (unsigned i = 0; i < op->header.words; i++)
        m[i] = below(r, 2) ? any_word(r) : (struct op_word){0};
    switch (op->header.number) {
    case SYS_call:
        m[0] = m[1] = (struct op_word){.kind = WORD_BLOCK, .value = 512};
        m[2] = (struct op_word){
            .kind = WORD_PAIR, .value = (uint16_t)below(r, 64), .extra = (uint8_t)below(r, 64)};
        m[7] = likely_word(r, 'd');
        m[10] = (struct op_word){.kind = below(r, 2) ? WORD_HANDLE_HIGH : WORD_SPECIAL,
                                 .extra = (uint8_t)below(r, 24),
                                 .value = 2};
        m[11] = (struct op_word){0};
        op->args[1].value = (uint16_t)below(r, below(r, 4) ? VERB_COUNT : 300);
        op->args[2] = (struct op_word){.kind = WORD_BLOCK};
        break;
    case SYS_scheme_serve:
        m[0] = (struct op_word){.kind = WORD_TAG, .extra = (uint8_t)below(r, 2)};
        m[1] = (struct op_word){.kind = below(r, 4) ? WORD_NUMBER : WORD_NEGATIVE,
                                .value = (uint16_t)below(r, 60)};
        m[2] = (struct op_word){.kind = WORD_NUMBER, .value = (uint16_t)below(r, 8)};
        m[3] = (struct op_word){.kind = WORD_SHIFTED, .value = (uint16_t)below(r, 2), .extra = 23};
        m[4] = (struct op_word){.kind = WORD_BLOCK, .value = 256};
        m[5] = (struct op_word){.kind = below(r, 2) ? WORD_HANDLE_HIGH : WORD_NUMBER,
                                .extra = (uint8_t)below(r, 24),
                                .value = (uint16_t)below(r, 64)};
        op->args[1] = below(r, 3) ? (struct op_word){.kind = WORD_BLOCK} : (struct op_word){0};
        op->args[2] =
            below(r, 3) ? (struct op_word){.kind = WORD_BLOCK, .value = 128} : (struct op_word){0};
        op->args[3] = (struct op_word){.kind = WORD_POINTER, .value = 4096};
        op->args[4] = (struct op_word){.kind = WORD_NUMBER, .value = (uint16_t)below(r, 5000)};
        break;
    case SYS_open:
    case SYS_scheme_create:
    case SYS_namespace_control:
        m[0] = (struct op_word){.kind = WORD_TEXT, .value = (uint16_t)below(r, 24)};
        op->args[1 + (op->header.number == SYS_namespace_control)] =
            (struct op_word){.kind = WORD_BLOCK};
        op->args[2 + (op->header.number == SYS_namespace_control)] =
            (struct op_word){.kind = WORD_NUMBER, .value = (uint16_t)(1 + below(r, 8))};
        break;
    default: break;
    }
}

static void random_op(struct random *r, struct op *op)
{
    *op = (struct op){.header = {.number = (uint8_t)below(r, OP_COUNT),
                                 .actor = (uint8_t)below(r, 16),
                                 .block = (uint8_t)below(r, OP_BLOCKS)}};
    if (below(r, 3) == 0)
        op->header.number = below(r, 2) ? SYS_call : SYS_scheme_serve;
    for (unsigned i = 0; i < 6; i++)
        op->args[i] = any_word(r);
    if (op->header.number >= SYS_COUNT)
        return;
    const char *args = shapes[op->header.number].args;
    for (unsigned i = 0; args != NULL && args[i] != '\0'; i++)
        op->args[i] = likely_word(r, args[i]);
    op->header.words = shapes[op->header.number].words;
    likely_memory(r, op);
}

static void change_word(struct random *r, struct op *op)
{
    unsigned which = below(r, 6 + op->header.words);
    struct op_word *word = which < 6 ? &op->args[which] : &op->memory[which - 6];
    switch (below(r, 5)) {
    case 0: *word = any_word(r); break;
    case 1: word->value ^= (uint16_t)(1U << below(r, 16)); break;
    case 2: word->value = (uint16_t)(word->value + below(r, 17) - 8); break;
    case 3: word->kind = (uint8_t)below(r, WORD_KINDS); break;
    default: word->extra = (uint8_t)below(r, 64); break;
    }
}

static void change_op(struct random *r, struct op *op)
{
    switch (below(r, 8)) {
    case 0: op->header.actor = (uint8_t)below(r, 16); break;
    case 1: op->header.number = (uint8_t)below(r, OP_COUNT); break;
    case 2: op->header.words = (uint8_t)below(r, OP_WORDS_MAX + 1); break;
    case 3: random_op(r, op); break;
    default:
        for (unsigned i = 1 + below(r, 3); i > 0; i--)
            change_word(r, op);
    }
}

/* One change to the list. -> its new length. */
static unsigned change_list(struct random *r, struct op *ops, unsigned count, unsigned most)
{
    unsigned at = count ? below(r, count) : 0;
    switch (count == 0 ? 0 : below(r, 6)) {
    case 0:
    case 1:
        if (count == most)
            break;
        memmove(&ops[at + 1], &ops[at], (count - at) * sizeof ops[0]);
        if (count == 0 || below(r, 3))
            random_op(r, &ops[at]);
        return count + 1; /* or one stands there twice */
    case 2:
        if (count == 1)
            break;
        memmove(&ops[at], &ops[at + 1], (count - at - 1) * sizeof ops[0]);
        return count - 1;
    case 3: {
        unsigned other = below(r, count);
        struct op op = ops[at];
        ops[at] = ops[other];
        ops[other] = op;
        return count;
    }
    default: break;
    }
    change_op(r, &ops[at]);
    return count;
}

size_t op_mutate(const struct op_shape *shape, uint8_t *data, size_t size, size_t room,
                 unsigned seed)
{
    struct random r = {seed};
    struct op ops[OPS_MAX];
    unsigned count = 0, most = shape->most < OPS_MAX ? shape->most : OPS_MAX;
    if (room == 0)
        return 0;
    if (below(&r, 20) == 0 && size != 0)
        return LLVMFuzzerMutate(data, size, room);
    uint8_t variant = size != 0 ? data[0] : 0;
    for (size_t at = 1, used; count < most && at < size; at += used) {
        used = op_decode(data + at, size - at, &ops[count++]);
        if (used == 0)
            break;
    }
    if (size == 0 || below(&r, 16) == 0)
        variant = (uint8_t)below(&r, below(&r, 3) ? shape->usual : shape->variants);
    for (unsigned changes = 1 + below(&r, 4); changes > 0; changes--)
        count = change_list(&r, ops, count, most);
    data[0] = variant;
    size_t length = 1;
    for (unsigned i = 0; i < count; i++) {
        size_t bytes = op_encode(&ops[i], data + length, room - length);
        if (bytes == 0)
            break;
        length += bytes;
    }
    return length;
}

/* ---- in words ---- */

static const char *const call_names[SYS_COUNT] = {
#define X(number, name, args) [number] = #name,
    DYAD_SYSCALL_LIST(X)
#undef X
};

static void print_word(const struct op_word *word)
{
    static const char *const kinds[WORD_KINDS] = {
        "",         "handle ",  "block+", "user+",           "edge-",
        "special ", "shifted ", "-",      "pair(handle,n) ", "pair(n,handle) ",
        "pair ",    "tag ",     "file ",  "time+",           "text ",
        "kid "};
    fprintf(stderr, " %s%u", kinds[word->kind % WORD_KINDS], word->value);
    if (word->extra != 0)
        fprintf(stderr, "/%u", word->extra);
}

void op_print(const uint8_t *data, size_t size)
{
    struct op op;
    if (size == 0)
        return;
    fprintf(stderr, "variant %u\n", data[0]);
    for (size_t at = 1, used; at < size; at += used) {
        used = op_decode(data + at, size - at, &op);
        unsigned number = op.header.number % (OP_COUNT + 1);
        fprintf(stderr, "thread %u: %s(%u)", op.header.actor % 16,
                number < SYS_COUNT ? call_names[number] : "event", number);
        for (unsigned i = 0; i < 6; i++)
            print_word(&op.args[i]);
        fprintf(stderr, " | memory at block %u:", op.header.block % OP_BLOCKS);
        for (unsigned i = 0; i < op.header.words; i++)
            print_word(&op.memory[i]);
        fprintf(stderr, "\n");
    }
}
