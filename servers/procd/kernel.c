/* kernel.c: struct kernel_ops by real system calls. */
#include "servers/procd/kernel.h"

#include <string.h>

#include <dyad/syscall.h>

#include "servers/procd/scheme.h"

#define WATCHED_EVENTS (EVENT_EXIT | EVENT_SIGNAL | EVENT_FAULT)

static int64_t kernel_fork(void *context, handle_t parent, uint32_t thread, const struct cred *cred)
{
    (void)context;
    return dyad_process_fork(parent, thread, cred);
}

static int kernel_control(void *context, handle_t process, enum process_op op, uint64_t arg)
{
    (void)context;
    return (int)dyad_process_control(process, op, arg, 0);
}

static int kernel_kill(void *context, handle_t process, int32_t status)
{
    struct kernel *kernel = context;

    if (process == kernel->own_handle) { /* Who asked for it is answered first. */
        kernel->own_status = status;
        kernel->server->stop = true;
        return 0;
    }
    return (int)dyad_process_control(process, PROCESS_KILL, (uint64_t)(uint32_t)status, 0);
}

static int kernel_signal(void *context, handle_t process, const struct signal_info *info)
{
    struct signal_post post = {.info = *info};

    (void)context;
    return (int)dyad_process_control(process, PROCESS_SIGNAL, dyad_arg(&post), sizeof post);
}

static int kernel_set_cred(void *context, handle_t process, const struct cred *cred)
{
    (void)context;
    return (int)dyad_process_control(process, PROCESS_SET_CRED, dyad_arg(cred), sizeof *cred);
}

static int kernel_info(void *context, handle_t process, struct process_info *info)
{
    (void)context;
    return (int)dyad_process_control(process, PROCESS_INFO, dyad_arg(info), sizeof *info);
}

static int kernel_take_event(void *context, handle_t process, struct process_event *event)
{
    (void)context;
    return (int)dyad_process_control(process, PROCESS_TAKE_EVENT, dyad_arg(event), sizeof *event);
}

static void process_ready(struct server *server, uint32_t events, void *arg)
{
    procd_event(server->context, arg, events);
}

static int kernel_supervise(void *context, struct process *process)
{
    struct kernel *kernel = context;
    uint64_t cookie;

    process->watch = NULL;
    if (process->kid == kernel->own_kid) {
        kernel->own_handle = process->handle;
        return 0;
    }
    int64_t result = dyad_process_control(process->handle, PROCESS_SUPERVISE, 0, 0);
    if (result < 0)
        return (int)result;
    int error = server_watch(kernel->server, process->handle, WATCHED_EVENTS, process_ready,
                             process, &cookie);
    /* Cookies may be 0, so they are kept off by one. */
    if (error == 0)
        process->watch = (void *)(uintptr_t)(cookie + 1);
    return error;
}

static void kernel_release(void *context, struct process *process)
{
    struct kernel *kernel = context;

    if (process->watch)
        server_unwatch(kernel->server, (uint64_t)(uintptr_t)process->watch - 1);
    process->watch = NULL;
    (void)dyad_handle_close(process->handle);
}

static uint64_t kernel_next(void *context, uint64_t kid)
{
    const struct kernel *kernel = context;
    int64_t next = dyad_process_control(kernel->proc, PROCESS_NEXT, kid, 0);

    return next < 0 ? 0 : (uint64_t)next;
}

static int64_t kernel_find(void *context, uint64_t kid)
{
    const struct kernel *kernel = context;
    return dyad_process_control(kernel->proc, PROCESS_FIND, kid, 0);
}

static void kernel_close(void *context, handle_t process)
{
    (void)context;
    (void)dyad_handle_close(process);
}

static uint64_t kernel_now(void *context)
{
    const struct kernel *kernel = context;
    return server_clock(kernel->server, DYAD_CLOCK_MONOTONIC);
}

static void kernel_set_timer(void *context, uint64_t deadline_ns)
{
    struct kernel *kernel = context;

    if (deadline_ns == UINT64_MAX)
        server_timer_cancel(kernel->server, &kernel->timer);
    else
        server_timer_set(kernel->server, &kernel->timer, deadline_ns);
}

static void timer_due(struct server *server, void *arg)
{
    (void)server;
    procd_tick(arg);
}

const struct kernel_ops kernel_ops_real = {
    .fork = kernel_fork,
    .control = kernel_control,
    .kill = kernel_kill,
    .signal = kernel_signal,
    .set_cred = kernel_set_cred,
    .info = kernel_info,
    .take_event = kernel_take_event,
    .supervise = kernel_supervise,
    .release = kernel_release,
    .next = kernel_next,
    .find = kernel_find,
    .close = kernel_close,
    .now = kernel_now,
    .set_timer = kernel_set_timer,
    .wait_done = scheme_wait_done,
};

int kernel_init(struct kernel *kernel, struct procd *procd, struct server *server)
{
    int64_t proc = dyad_open(HANDLE_NONE, "proc:", 5, FILE_RDWR, 0, NULL);

    if (proc < 0)
        return (int)proc;
    *kernel = (struct kernel){.procd = procd, .server = server, .proc = (handle_t)proc};
    kernel->own_handle = HANDLE_NONE;
    kernel->own_kid = (uint64_t)dyad_cred_get(CRED_KID);
    server_timer_init(&kernel->timer, timer_due, procd);
    return 0;
}
