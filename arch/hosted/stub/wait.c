/* wait.c: handing a trap to the core, and waiting for its command. */
#include <linux/futex.h>

#include "stub.h"

#define CLONE_FLAGS \
    (0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000) /* VM FS FILES SIGHAND THREAD SYSVSEM */

static _Atomic uint32_t *wake_word(uint32_t number)
{
    return (_Atomic uint32_t *)STUB_WAKE_AREA + number % (STUB_WAKE_BYTES / sizeof(uint32_t));
}

void stub_futex_wait(_Atomic uint32_t *word, uint32_t expected)
{
    SYS4(__NR_futex, word, FUTEX_WAIT, expected, 0);
}

void stub_futex_wake(_Atomic uint32_t *word, int count)
{
    SYS3(__NR_futex, word, FUTEX_WAKE, count);
}

/* cmd is reset before the post: once the core has seen the post it may answer at any time. */
void stub_post(struct stub_context *context)
{
    atomic_store_explicit(&context->cmd, STUB_CMD_SPIN, memory_order_relaxed);
    if (atomic_exchange(&context->post, STUB_POST_POSTED) == STUB_POST_SLEEPING)
        stub_futex_wake(&context->post, 1);
}

/* Create the thread that the kernel asked for. Any thread of the stub may do it, also in its signal handler. */
void stub_clone_service(void)
{
    struct stub_header *header = HEADER;
    uint32_t request = atomic_load(&header->clone_request);
    uint32_t answered = atomic_load_explicit(&header->clone_answer, memory_order_relaxed);
    if (request == answered)
        return;
    /* Two threads may come here: the one that moves clone_answer to the intermediate value (odd) does it. */
    if (answered & 1 ||
        !atomic_compare_exchange_strong(&header->clone_answer, &answered, request - 1))
        return;
    struct stub_context *context = stub_context_at(header->clone_index % STUB_THREADS_MAX);
    uint64_t top = STUB_STACKS + ((uint64_t)(context->index + 1) << STUB_STACK_SHIFT);
    uint64_t bytes = 1UL << STUB_STACK_SHIFT;
    /* PROT_READ|WRITE, MAP_PRIVATE|ANONYMOUS|FIXED */
    long tid = sys6(__NR_mmap, (long)(top - bytes), (long)bytes, 3, 0x32, -1, 0);
    if (tid >= 0)
        tid = stub_clone(CLONE_FLAGS, (void *)top, context);
    header->clone_result = (int32_t)tid;
    atomic_store(&header->clone_answer, request);
    stub_futex_wake(&header->clone_answer, 1);
}

static bool is_running(struct stub_context *context, uint32_t *cmd)
{
    *cmd = atomic_load_explicit(&context->cmd, memory_order_acquire);
    return STUB_CMD(*cmd) == STUB_CMD_RUN;
}

/* Asleep: nothing is urgent, so bring the mappings up to date in the background whenever woken. */
static void sleep_until_run(struct stub_context *context)
{
    _Atomic uint32_t *word = wake_word(context->number);
    uint32_t cmd;
    for (;;) {
        uint32_t seen = atomic_load(word); /* before cmd: the core changes cmd, then the word */
        if (is_running(context, &cmd))
            return;
        if (STUB_CMD(cmd) != STUB_CMD_SLEEP) {
            if (!atomic_compare_exchange_strong(&context->cmd, &cmd, STUB_CMD_SLEEP))
                continue;
            if (STUB_CMD(cmd) == STUB_CMD_PARK && STUB_CMD_ARGUMENT(cmd)) {
                _Atomic uint32_t *next = wake_word(STUB_CMD_ARGUMENT(cmd) - 1);
                atomic_fetch_add(next, 1);
                stub_futex_wake(next, 1);
            }
        }
        stub_clone_service();
        stub_mappings_update();
        stub_futex_wait(word, seen);
    }
}

void stub_wait(struct stub_context *context)
{
    uint32_t cmd;
    uint32_t spins = context->spin;
    while (spins-- && STUB_CMD(cmd = atomic_load_explicit(&context->cmd, memory_order_acquire)) ==
                          STUB_CMD_SPIN)
        __builtin_ia32_pause();
    if (!is_running(context, &cmd))
        sleep_until_run(context);
    stub_mappings_update();
}
