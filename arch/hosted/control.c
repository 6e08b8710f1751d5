/* control.c: the file of pages that dyad shares with its stubs: wake words, headers and contexts. */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host.h"
#include "memfd.h"
#include "stub_pool.h"

static struct {
    int fd;
    _Atomic uint32_t *wake; /* all slots' words */
    pthread_mutex_t lock;
    uint32_t slots; /* the file has room for; guarded by lock */
} control = {.fd = -1, .lock = PTHREAD_MUTEX_INITIALIZER};

static bool grow(uint32_t slots)
{
    bool ok = true;
    pthread_mutex_lock(&control.lock);
    if (slots > control.slots) {
        off_t bytes = STUB_WAKE_BYTES + (off_t)slots * STUB_SLOT_BYTES;
        ok = ftruncate(control.fd, bytes) == 0;
        if (ok)
            control.slots = slots;
    }
    pthread_mutex_unlock(&control.lock);
    return ok;
}

void control_init(void)
{
    control.fd = memfd_new("dyad-control", false);
    if (!grow(16))
        host_fail("cannot make the shared pages: %s", strerror(errno));
    control.wake = mmap(NULL, STUB_WAKE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, control.fd, 0);
    if (control.wake == MAP_FAILED)
        host_fail("cannot map the shared pages: %s", strerror(errno));
}

int control_fd(void)
{
    return control.fd;
}

/* The mapping of a slot stays for ever: other cores may look at its words at any time. */
bool control_attach(struct stub *stub, uint32_t slot)
{
    if (!grow(slot + 1))
        return false;
    off_t offset = STUB_WAKE_BYTES + (off_t)slot * STUB_SLOT_BYTES;
    uint8_t *base =
        mmap(NULL, STUB_SLOT_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, control.fd, offset);
    if (base == MAP_FAILED)
        return false;
    stub->slot = slot;
    stub->header = (struct stub_header *)base;
    stub->contexts = (struct stub_context *)(base + STUB_HEADER_BYTES);
    stub->wake = control.wake + (size_t)slot * STUB_THREADS_MAX;
    return true;
}

static struct stub_context *context_page(struct stub *stub, uint32_t index)
{
    return (struct stub_context *)((uint8_t *)stub->contexts + (size_t)index * 4096);
}

/* What the thread needs before it starts. cmd says SLEEP, so that a core that comes first wakes it. */
void control_context_init(struct stub *stub, uint32_t index)
{
    struct stub_context *context = context_page(stub, index);
    /* Not cmd and post: a core that ran an earlier owner of this page may still try to change them. */
    memset(context, 0, offsetof(struct stub_context, cmd));
    context->spin = 0;
    atomic_store(&context->post, STUB_POST_RUNNING);
    context->index = index;
    context->number = control_number(stub, index);
    atomic_store(&context->cmd, STUB_CMD_SLEEP);
    memset(context->fpinit, 0, sizeof(context->fpinit));
    context->fpinit[0] = 0x7f; /* x87 control word 0x37f */
    context->fpinit[1] = 0x03;
    context->fpinit[24] = 0x80; /* MXCSR 0x1f80 */
    context->fpinit[25] = 0x1f;
}

void control_reset(struct stub *stub)
{
    memset(stub->header, 0, sizeof(*stub->header));
    stub->header->kernel_pid = (uint32_t)getpid();
    stub->header->slot = stub->slot;
    control_context_init(stub, 0);
}

void control_wake(uint32_t number)
{
    ASSERT(number < STUB_SLOTS_MAX * STUB_THREADS_MAX);
    atomic_fetch_add(&control.wake[number], 1);
    host_futex_wake(&control.wake[number], 1);
}
