/*
 * fuzz_ramfs.c: does any sequence of requests crash ramfs, leave one unanswered, or leak?
 *
 * Built with -DWITH_LIBFUZZER -fsanitize=fuzzer it is a libFuzzer target; otherwise a test that runs seeded sequences
 * (usage: fuzz_ramfs [FIRST-SEED COUNT]).
 */
#include "ramfs_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "fault.h"

enum { OPEN_MAX = 24, CALL_MAX = 400, PENDING_MAX = 32 };

struct input {
    const uint8_t *data;
    size_t len, at;
};

static uint8_t take(struct input *in)
{
    return in->at < in->len ? in->data[in->at++] : 0;
}

static uint64_t take_number(struct input *in)
{
    static const uint64_t special[] = {0,          1,     4095,       4096,       65536,
                                       1ull << 31, ~0ull, 1ull << 62, 1ull << 61, (1ull << 62) - 1,
                                       INT64_MAX,  10};
    uint8_t kind = take(in);
    if (kind < 120)
        return special[kind % (sizeof(special) / sizeof(special[0]))];
    return (uint64_t)take(in) << (kind % 17);
}

static size_t take_path(struct input *in, char *out)
{
    static const char *const names[] = {"a", "b", "c",      "d", "..", ".",
                                        "l", "p", "scheme", "x", "",   "null:z"};
    size_t len = 0, parts = take(in) % 5;
    if (take(in) % 8 == 0)
        out[len++] = '/';
    for (size_t i = 0; i < parts; i++) {
        const char *name = names[take(in) % (sizeof(names) / sizeof(names[0]))];
        len += (size_t)sprintf(out + len, "%s%s", i ? "/" : "", name);
    }
    if (take(in) % 16 == 0)
        out[len++] = '/';
    return len;
}

static const uint32_t flag_sets[] = {FILE_READ,
                                     FILE_RDWR,
                                     FILE_RDWR | FILE_CREATE,
                                     FILE_WRITE | FILE_CREATE | FILE_TRUNC,
                                     FILE_RDWR | FILE_CREATE | FILE_EXCL,
                                     FILE_PATH,
                                     FILE_READ | FILE_DIRECTORY,
                                     FILE_READ | FILE_NONBLOCK,
                                     FILE_WRITE | FILE_NONBLOCK,
                                     FILE_RDWR | FILE_NOFOLLOW,
                                     FILE_EXEC,
                                     0xffffffff};

static struct {
    int64_t files[OPEN_MAX];
    struct slot {
        struct loopback_call call;
        char in[10000], out[4200];
        bool used;
    } pending[PENDING_MAX];
} state;

static struct slot *free_slot(void)
{
    for (int i = 0; i < PENDING_MAX; i++) {
        if (state.pending[i].used && state.pending[i].call.done)
            state.pending[i].used = false;
        if (!state.pending[i].used)
            return &state.pending[i];
    }
    return NULL;
}

static void finish(struct loopback_call *call)
{
    if (call->has_received)
        fx.handles--;
    if (call->verb == VERB_open && call->result >= 0) {
        for (int i = 0; i < OPEN_MAX; i++) {
            if (!state.files[i]) {
                state.files[i] = (int64_t)call->values[0];
                return;
            }
        }
        fs_close((int64_t)call->values[0]);
    }
}

static void collect(void)
{
    for (int i = 0; i < PENDING_MAX; i++) {
        struct slot *slot = &state.pending[i];
        if (slot->used && slot->call.done) {
            slot->used = false;
            finish(&slot->call);
        }
    }
}

static void fill_payload(struct input *in, struct slot *slot)
{
    struct loopback_call *call = &slot->call;
    size_t len = 0;
    switch (call->verb) {
    case VERB_write:
        len = take(in) % 4 ? take(in) : (size_t)take(in) * 39;
        memset(slot->in, take(in), len);
        break;
    case VERB_setattrat:
        len = sizeof(struct dyad_setattr);
        memset(slot->in, 0, len);
        slot->in[0] = (char)take(in);
        slot->in[1] = (char)(take(in) & 15);
        slot->in[4] = (char)(take(in) & 1);
        break;
    case VERB_setattr:
        memset(slot->in, take(in), sizeof(struct dyad_setattr));
        len = take(in) % 9 ? sizeof(struct dyad_setattr) : 3;
        break;
    case VERB_renameat:
    case VERB_linkat:
    case VERB_symlinkat:
        len = take_path(in, slot->in);
        slot->in[len++] = '\0';
        break;
    default: break;
    }
    if (call->verb != VERB_write && call->verb != VERB_setattr)
        len += take_path(in, slot->in + len);
    call->in = slot->in;
    call->in_len = (uint32_t)len;
}

static void make_call(struct input *in)
{
    struct slot *slot = free_slot();
    if (!slot)
        return;
    struct loopback_call *call = &slot->call;
    *call = new_call(0, 0);
    call->verb = take(in) % (VERB_COUNT + 1);
    if (call->verb == VERB_close || call->verb == VERB_cancel || call->verb == VERB_event ||
        take(in) % 3 == 0)
        call->verb = VERB_open;
    call->file = (uint64_t)state.files[take(in) % OPEN_MAX];
    for (int i = 0; i < 4; i++)
        call->args[i] = take_number(in);
    if (call->verb == VERB_open) {
        call->args[0] = flag_sets[take(in) % (sizeof(flag_sets) / sizeof(flag_sets[0]))];
        call->args[1] = take(in) % 2 ? 0666 : 07777;
    } else if (call->verb == VERB_mkdirat || call->verb == VERB_mknodat) {
        call->args[1] = 0777 | (take(in) % 2 ? MODE_FIFO : 0);
    } else if (call->verb == VERB_unlinkat) {
        call->args[0] = take(in) % 2;
    } else if (call->verb == VERB_renameat || call->verb == VERB_linkat) {
        call->args[0] = 0;
        call->args[1] = take(in) % 2 ? (uint64_t)state.files[take(in) % OPEN_MAX] : 0;
    } else if (call->verb == VERB_lock) {
        call->args[0] = 5 + call->args[0] % 8;
        call->args[3] = take(in) % 3;
    } else if (call->verb == VERB_map) {
        call->args[0] &= ~4095ull;
        call->args[2] =
            take(in) % 2 ? MAP_PROT_READ : MAP_PROT_READ | MAP_PROT_WRITE | MAP_FLAG_SHARED;
    }
    call->file_flags = take(in) % 4 ? 0 : FILE_APPEND | FILE_NONBLOCK;
    fill_payload(in, slot);
    call->out = slot->out;
    call->out_len = take(in) % 8 ? sizeof(slot->out) : take(in);
    slot->used = true;
    if (take(in) % 32 == 0)
        fault_arm(1 + take(in) % 6);
    loopback_submit(&fx.loopback, call);
    if (take(in) % 32 == 0) { /* killed before the answer */
        loopback_abandon(&fx.loopback, call);
        call->done = true;
    }
    loopback_run(&fx.loopback);
    fault_arm(0);
    if (call->gone) {
        slot->used = false;
        return;
    }
    collect();
}

static void step(struct input *in)
{
    uint8_t what = take(in);
    unsigned index = take(in);
    if (what < 200) {
        make_call(in);
    } else if (what < 220) {
        int64_t file = state.files[index % OPEN_MAX];
        state.files[index % OPEN_MAX] = 0;
        if (file)
            fs_close(file);
    } else if (what < 235) {
        struct slot *slot = &state.pending[index % PENDING_MAX];
        if (slot->used)
            loopback_cancel(&fx.loopback, &slot->call);
    } else if (what < 245) {
        as_user(index % 3, index % 2);
    } else {
        fx.loopback.now_ns += 1000000;
    }
    collect();
}

/* The next request received after that one is sent would find a wrong count: look at the whole tree. */
static void check_tree(const struct node *dir)
{
    unsigned subdirs = 0;
    size_t count = 0;
    for (struct dir_entry *entry = dir_next(&dir->dir, 0); entry;
         entry = dir_next(&dir->dir, entry->cookie)) {
        assert_true(dir_find(&dir->dir, entry->name, entry->name_len) == entry);
        assert_true(entry->node->nlink > 0);
        count++;
        if (node_is(entry->node, MODE_DIR)) {
            subdirs++;
            assert_true(entry->node->parent == dir && entry->node->name == entry);
            check_tree(entry->node);
        }
    }
    assert_int_equal(count, dir->dir.count);
    assert_int_equal(dir->nlink, subdirs + 2);
}

static void run(const uint8_t *data, size_t len)
{
    struct input in = {.data = data, .len = len};
    memset(&state, 0, sizeof(state));
    fixture_start(1 << 20);
    for (int i = 0; i < CALL_MAX && in.at < in.len; i++)
        step(&in);
    check_tree(fx.fs.root);
    for (int i = 0; i < PENDING_MAX; i++) {
        if (state.pending[i].used)
            loopback_cancel(&fx.loopback, &state.pending[i].call);
    }
    collect();
    assert_int_equal(fx.server.deferred_count, 0);
    fixture_stop();
}

#ifdef WITH_LIBFUZZER

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    run(data, size);
    return 0;
}

#else

static unsigned first_seed = 1, seed_count = 400;

static void test_random_sequences_end_clean(void **unused)
{
    static uint8_t data[12000];
    for (unsigned seed = first_seed; seed < first_seed + seed_count; seed++) {
        uint64_t x = seed * 0x9e3779b97f4a7c15ull;
        for (size_t i = 0; i < sizeof(data); i++) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            data[i] = (uint8_t)(x >> 32);
        }
        if (seed_count == 1)
            print_message("seed %u\n", seed);
        run(data, sizeof(data));
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_sequences_end_clean)};
    if (argc == 3) {
        first_seed = (unsigned)atoi(argv[1]);
        seed_count = (unsigned)atoi(argv[2]);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
