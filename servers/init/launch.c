/* launch.c: a unit's process: made from the initfs, given its handles, watched until it ends. */
#include <stdlib.h>
#include <string.h>

#include <dyad/process.h>
#include <dyad/syscall.h>

#include "abi/signal.h"
#include "servers/init/init.h"

#define ENTRIES_MAX (INSTANCE_SCHEMES_MAX + 16)
#define ARGV_MAX    520

/* A process under construction. */
struct launch {
    struct init *init;
    struct instance *instance;
    handle_t process;
    struct startup_entry entries[ENTRIES_MAX];
    uint32_t entry_count;
    handle_t notify_read, notify_write, log_read, log_write;
};

static void close_handle(handle_t *handle)
{
    if (*handle != HANDLE_NONE)
        (void)dyad_handle_close(*handle);
    *handle = HANDLE_NONE;
}

/* ---- Its end ------------------------------------------------------------------------------------------------- */

static void log_line(void *context, const char *line, size_t length)
{
    init_log_service(context, line, length);
}

/* Reads what is in the log pipe; false once nobody writes any more. */
static bool read_log(struct instance *instance)
{
    char bytes[1024];
    int64_t got;

    while ((got = dyad_read(instance->log, bytes, sizeof bytes, UINT64_MAX)) > 0)
        logring_feed(&instance->ring, bytes, (size_t)got, log_line, instance);
    return got == -ERR_AGAIN || got == -ERR_INTR;
}

static void close_log(struct instance *instance)
{
    if (instance->log == HANDLE_NONE)
        return;
    server_unwatch(&instance->init->server, instance->log_watch);
    close_handle(&instance->log);
    logring_flush(&instance->ring, log_line, instance);
}

static void close_notify(struct instance *instance)
{
    if (instance->notify == HANDLE_NONE)
        return;
    server_unwatch(&instance->init->server, instance->notify_watch);
    close_handle(&instance->notify);
}

static void forget_process(struct instance *instance)
{
    if (instance->log != HANDLE_NONE)
        (void)read_log(instance);
    close_log(instance);
    close_notify(instance);
    if (instance->process != HANDLE_NONE) {
        server_unwatch(&instance->init->server, instance->process_watch);
        close_handle(&instance->process);
    }
    instance->unit->pid = 0;
}

static void process_event(struct server *server, uint32_t events, void *arg)
{
    struct instance *instance = arg;
    struct process_info info = {0};

    if (!(events & (EVENT_EXIT | EVENT_HANGUP)))
        return;
    (void)dyad_process_control(instance->process, PROCESS_INFO, dyad_arg(&info), sizeof info);
    forget_process(instance);
    manager_exited(&instance->init->manager, instance->unit, info.status);
    init_after_event(instance->init);
    (void)server;
}

static void log_event(struct server *server, uint32_t events, void *arg)
{
    (void)server;
    (void)events;
    if (!read_log(arg))
        close_log(arg);
}

static void notify_event(struct server *server, uint32_t events, void *arg)
{
    struct instance *instance = arg;
    char byte;
    int64_t got = dyad_read(instance->notify, &byte, 1, UINT64_MAX);

    (void)server;
    (void)events;
    if (got == -ERR_AGAIN || got == -ERR_INTR)
        return;
    close_notify(instance);
    if (got == 1) {
        manager_notified(&instance->init->manager, instance->unit);
        init_after_event(instance->init);
    }
}

void init_terminate(void *context, struct unit *unit, bool force)
{
    static const uint32_t session_signals[] = {DYAD_SIGHUP, DYAD_SIGCONT, DYAD_SIGTERM};
    struct instance *instance = unit->instance;
    bool session = unit->config.type == UNIT_SESSION;

    (void)context;
    if (force) {
        (void)dyad_process_control(instance->process, PROCESS_KILL, WSTATUS_SIGNAL(DYAD_SIGKILL),
                                   0);
        return;
    }
    /* By handle, so that it works without procd as well. */
    for (size_t i = session ? 0 : 2; i < sizeof session_signals / sizeof session_signals[0]; i++) {
        struct signal_post post = {.info = {.signo = session_signals[i], .pid = 1}};
        (void)dyad_process_control(instance->process, PROCESS_SIGNAL, dyad_arg(&post), sizeof post);
    }
    (void)dyad_process_control(instance->process, PROCESS_CONTINUE, 0, 0);
}

/* ---- Its handles --------------------------------------------------------------------------------------------- */

/* Gives a handle of ours to the process, where it is a startup entry. */
static int give(struct launch *l, uint32_t kind, int32_t number, handle_t handle)
{
    int64_t there = dyad_process_control(l->process, PROCESS_GIVE, (uint64_t)handle, 0);

    if (there < 0)
        return (int)there;
    if (l->entry_count == ENTRIES_MAX)
        return -ERR_MFILE;
    l->entries[l->entry_count++] =
        (struct startup_entry){.kind = kind, .number = number, .handle = (handle_t)there};
    return 0;
}

static int make_pipe(handle_t *read_end, handle_t *write_end)
{
    handle_t ends[2];
    int64_t error = dyad_pipe_create(ends, FILE_NONBLOCK);

    if (error < 0)
        return (int)error;
    *read_end = ends[0];
    *write_end = ends[1];
    return 0;
}

static int give_console(struct launch *l)
{
    static const char *const paths[] = {"console/0", "console/1", "console/2"};

    for (int fd = 0; fd < 3; fd++) {
        int64_t file = init_open_hw(l->init, paths[fd], fd == 0 ? FILE_READ : FILE_WRITE);
        if (file < 0)
            return (int)file;
        int error = give(l, STARTUP_FD, fd, (handle_t)file);
        (void)dyad_handle_close((handle_t)file);
        if (error < 0)
            return error;
    }
    return 0;
}

/* Descriptors 1 and 2 of a service end in its log. */
static int give_log(struct launch *l)
{
    int error = make_pipe(&l->log_read, &l->log_write);

    if (error == 0) /* The service's end may wait; ours may not. */
        error = (int)dyad_handle_control(l->log_write, HANDLE_SET_FLAGS, 0);
    for (int fd = 1; error >= 0 && fd <= 2; fd++)
        error = give(l, STARTUP_FD, fd, l->log_write);
    return error;
}

static int give_notify(struct launch *l)
{
    int error = make_pipe(&l->notify_read, &l->notify_write);

    return error ? error : give(l, STARTUP_NOTIFY, 0, l->notify_write);
}

/* The schemes are made once and kept over restarts. */
static int make_schemes(struct init *init, struct instance *instance)
{
    string_list names = instance->unit->config.schemes;

    while (names && names[instance->scheme_count]) {
        const char *name = names[instance->scheme_count];
        if (instance->scheme_count == INSTANCE_SCHEMES_MAX)
            return -ERR_2BIG;
        int64_t scheme = dyad_scheme_create(init->system_namespace, name, strlen(name), 0);
        if (scheme < 0)
            return (int)scheme;
        instance->schemes[instance->scheme_count++] = (handle_t)scheme;
        int error = init_add_scheme(init, name, (handle_t)scheme);
        if (error < 0)
            return error;
    }
    return 0;
}

static void demand_event(struct server *server, uint32_t events, void *arg)
{
    struct instance *instance = arg;

    (void)server;
    (void)events;
    manager_demanded(&instance->init->manager, instance->unit);
    init_after_event(instance->init);
}

/* From here on its requests are its own. */
static void withdraw_offer(struct instance *instance)
{
    while (instance->offered > 0)
        server_unwatch(&instance->init->server, instance->demand_watches[--instance->offered]);
}

int init_offer(void *context, struct unit *unit)
{
    struct init *init = context;
    struct instance *instance = unit->instance;
    int error = make_schemes(init, instance);

    while (error == 0 && instance->offered < instance->scheme_count) {
        size_t i = instance->offered;
        error = server_watch(&init->server, instance->schemes[i], EVENT_READABLE, demand_event,
                             instance, &instance->demand_watches[i]);
        if (error == 0)
            instance->offered++;
    }
    if (error < 0)
        withdraw_offer(instance);
    return error;
}

void init_drop_schemes(struct init *init, struct instance *instance)
{
    string_list names = instance->unit->config.schemes;

    withdraw_offer(instance);
    while (instance->scheme_count > 0) {
        size_t i = --instance->scheme_count;
        (void)dyad_namespace_control(init->system_namespace, NAMESPACE_REMOVE, names[i],
                                     strlen(names[i]), 0);
        (void)dyad_namespace_control(init->user_namespace, NAMESPACE_REMOVE, names[i],
                                     strlen(names[i]), 0);
        (void)dyad_handle_close(instance->schemes[i]);
    }
}

static int give_all(struct launch *l)
{
    const struct unit_config *config = &l->instance->unit->config;
    struct init *init = l->init;
    int error = config->handles & UNIT_HANDLE_CONSOLE ? give_console(l) : give_log(l);

    if (error >= 0 && config->type == UNIT_NOTIFY)
        error = give_notify(l);
    if (error >= 0)
        error = make_schemes(init, l->instance);
    for (size_t i = 0; error >= 0 && i < l->instance->scheme_count; i++)
        error = give(l, STARTUP_SCHEME, (int32_t)i, l->instance->schemes[i]);
    if (error >= 0 && config->handles & UNIT_HANDLE_INITFS)
        error = give(l, STARTUP_INITFS, (int32_t)((init->initfs.size + 511) / 512),
                     init->initfs_memory);
    if (error >= 0 && config->handles & UNIT_HANDLE_HW)
        error = give(l, STARTUP_HW, 0, init->hw);
    if (error >= 0 && config->handles & UNIT_HANDLE_NAMESPACE)
        error = give(l, STARTUP_NAMESPACE, 0, init->system_namespace);
    return error < 0 ? error : 0;
}

/* ---- Its program --------------------------------------------------------------------------------------------- */

/* The session's program is told what to run: "session [-t] sh ..." */
static void build_argv(const struct launch *l, char *argv[ARGV_MAX])
{
    size_t count = 0;

    for (string_list word = l->instance->unit->config.command; *word && count < ARGV_MAX - 3;
         word++)
        argv[count++] = *word;
    if (l->instance->unit->config.type == UNIT_SESSION) {
        static char tty_flag[] = "-t";
        if (l->init->plan.tty)
            argv[count++] = tty_flag;
        for (char **word = l->init->plan.argv; *word && count < ARGV_MAX - 1; word++)
            argv[count++] = *word;
    }
    argv[count] = NULL;
}

static int load(struct launch *l)
{
    static char path[] = "PATH=/bin:/sbin";
    static char *const service_environment[] = {path, NULL};
    const struct unit_config *config = &l->instance->unit->config;
    struct cpio_entry file;
    char *argv[ARGV_MAX];

    if (!cpio_find(&l->init->initfs, config->command[0], &file))
        return -ERR_NOENT;
    build_argv(l, argv);
    struct dyad_image image = {
        .program = {.memory = l->init->initfs_memory, .offset = file.offset, .size = file.size},
        .path = config->command[0],
        .argv = argv,
        .envp = config->type == UNIT_SESSION ? l->init->plan.envp : service_environment,
        .entries = l->entries,
        .entry_count = l->entry_count,
        .umask = 022,
    };
    return dyad_process_load(l->process, &image, THREAD_SUSPENDED);
}

/* ---- Its start ----------------------------------------------------------------------------------------------- */

static int watch_all(struct launch *l)
{
    struct instance *instance = l->instance;
    struct server *server = &l->init->server;
    int error = server_watch(server, instance->process, EVENT_EXIT, process_event, instance,
                             &instance->process_watch);

    if (error == 0 && instance->log != HANDLE_NONE)
        error = server_watch(server, instance->log, EVENT_READABLE, log_event, instance,
                             &instance->log_watch);
    if (error == 0 && instance->notify != HANDLE_NONE)
        error = server_watch(server, instance->notify, EVENT_READABLE, notify_event, instance,
                             &instance->notify_watch);
    return error;
}

static int construct(struct launch *l)
{
    const struct unit_config *config = &l->instance->unit->config;
    handle_t name_space;
    bool owned;
    int error = init_unit_namespace(l->init, config, &name_space, &owned);

    if (error < 0)
        return error;
    int64_t process = dyad_process_create(name_space, 0);
    if (owned)
        (void)dyad_handle_close(name_space);
    if (process < 0)
        return (int)process;
    l->process = (handle_t)process;
    error = give_all(l);
    return error < 0 ? error : load(l);
}

/* From here on the instance owns what the launch has made. */
static int commit(struct launch *l)
{
    struct instance *instance = l->instance;

    instance->process = l->process;
    instance->log = l->log_read;
    instance->notify = l->notify_read;
    close_handle(&l->log_write);
    close_handle(&l->notify_write);
    int error = watch_all(l);
    if (error == 0 && l->init->procd_ready)
        error = init_register(l->init, instance);
    if (error == 0)
        error = (int)dyad_process_control(instance->process, PROCESS_START, 0, 0);
    if (error >= 0)
        return 0;
    (void)dyad_process_control(instance->process, PROCESS_KILL, WSTATUS_SIGNAL(DYAD_SIGKILL), 0);
    forget_process(instance);
    return error;
}

int init_launch(void *context, struct unit *unit)
{
    struct launch l = {.init = context,
                       .instance = unit->instance,
                       .process = HANDLE_NONE,
                       .notify_read = HANDLE_NONE,
                       .notify_write = HANDLE_NONE,
                       .log_read = HANDLE_NONE,
                       .log_write = HANDLE_NONE};

    withdraw_offer(l.instance);
    int error = construct(&l);
    if (error == 0)
        return commit(&l);
    if (l.process != HANDLE_NONE)
        (void)dyad_process_control(l.process, PROCESS_KILL, WSTATUS_SIGNAL(DYAD_SIGKILL), 0);
    close_handle(&l.process);
    close_handle(&l.notify_read);
    close_handle(&l.notify_write);
    close_handle(&l.log_read);
    close_handle(&l.log_write);
    return error;
}
