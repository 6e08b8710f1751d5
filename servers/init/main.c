/* main.c: /sbin/init: reads the units from the initfs, runs them, and ends the machine with the session. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dyad/startup.h>
#include <dyad/syscall.h>

#include "servers/init/init.h"

#define ARGS_MAX              65536
#define UNIT_FOLDER           "etc/units/"
#define STATUS_CANNOT_START   125
#define STATUS_NOT_EXECUTABLE 126
#define STATUS_NOT_FOUND      127

static struct init init;

int64_t init_open_hw(struct init *self, const char *path, uint32_t flags)
{
    char name[64];
    int length = snprintf(name, sizeof name, "hw:%s", path);

    (void)self;
    return dyad_open(HANDLE_NONE, name, (size_t)length, flags, 0, NULL);
}

/* ---- The end ------------------------------------------------------------------------------------------------- */

static void power_off(struct init *self, int status)
{
    char text[16];
    int64_t file = init_open_hw(self, "power", FILE_WRITE);

    if (self->reboot)
        snprintf(text, sizeof text, "reboot");
    else
        snprintf(text, sizeof text, "%d", status);
    self->powering_off = true;
    if (file < 0 || dyad_write((handle_t)file, text, strlen(text), UINT64_MAX) < 0)
        init_log(self, NULL, LEVEL_ERROR, "hw:power does not work");
}

static int session_status(const struct unit *session)
{
    if (session->state == UNIT_EXITED)
        return plan_exit_status(session->status);
    switch (-session->launch_error) {
    case ERR_NOENT: return STATUS_NOT_FOUND;
    case ERR_NOEXEC:
    case ERR_ACCES: return STATUS_NOT_EXECUTABLE;
    default: return STATUS_CANNOT_START;
    }
}

/* Why there is no session: what init has said about units that failed. */
static void last_words(struct init *self)
{
    init_say(self, "init: the session cannot start\n");
    for (struct unit *unit = self->manager.first; unit; unit = unit->next) {
        struct instance *instance = unit->instance;
        struct text text = {0};
        if (unit->state != UNIT_FAILED || !instance)
            continue;
        logring_read(&instance->ring, &text);
        if (text.bytes && !self->plan.verbose)
            init_say(self, text.bytes);
        text_free(&text);
    }
}

static struct unit *find_session(const struct init *self)
{
    struct unit *unit = self->manager.first;

    while (unit && unit->config.type != UNIT_SESSION)
        unit = unit->next;
    return unit;
}

/* The one that serves `procd`; NULL: none. Without it nobody else dies of a signal, so it ends with the machine. */
static struct unit *find_procd(const struct init *self)
{
    struct unit *unit = self->manager.first;

    while (unit && !string_list_has(unit->config.schemes, "procd"))
        unit = unit->next;
    return unit;
}

static bool all_stopped(const struct init *self, const struct unit *but)
{
    for (const struct unit *unit = self->manager.first; unit; unit = unit->next)
        if (unit != but && (unit->halt || manager_is_running(unit)))
            return false;
    return true;
}

/* The session is over: the services end, the last started first, and then the machine. */
static void end_machine(struct init *self)
{
    const struct unit *procd = find_procd(self);

    self->stopping = true;
    manager_stop_all(&self->manager,
                     procd); /* again and again: somebody may have started one meanwhile */
    if (all_stopped(self, procd))
        power_off(self, self->power_status);
}

static void check_session(struct init *self)
{
    struct unit *session = find_session(self);
    bool asked = self->power_status >= 0;

    if (self->powering_off || (!self->stopping && session &&
                               (manager_is_running(session) || !manager_is_settled(session))))
        return;
    if (session && session->state == UNIT_STOPPED && !asked)
        return; /* Stopped by hand: `start` brings it back. */
    if (!asked && (!session || session->state == UNIT_FAILED))
        last_words(self);
    if (!asked)
        self->power_status = session ? session_status(session) : STATUS_CANNOT_START;
    end_machine(self);
}

void init_poweroff(void *context, int status)
{
    struct init *self = context;
    struct unit *session = find_session(self);

    if (self->stopping)
        return; /* too late: it has begun to end already */
    self->power_status = status;
    if (session)
        manager_stop(&self->manager, session);
}

void init_reboot(void *context)
{
    struct init *self = context;

    if (self->stopping)
        return;
    self->reboot = true;
    init_poweroff(self, 0);
}

/* ---- Between manager and server ------------------------------------------------------------------------------ */

void init_after_event(struct init *self)
{
    check_session(self);
    uint64_t deadline = manager_deadline(&self->manager);
    if (deadline == UINT64_MAX)
        server_timer_cancel(&self->server, &self->timer);
    else
        server_timer_set(&self->server, &self->timer, deadline);
    init_settle(self);
}

static void timer_due(struct server *server, void *arg)
{
    struct init *self = arg;

    (void)server;
    manager_tick(&self->manager);
    init_after_event(self);
}

static void op_log(void *context, const struct unit *unit, enum manager_level level,
                   const char *text)
{
    init_log(context, unit, level, text);
}

static void op_changed(void *context, struct unit *unit)
{
    struct init *self = context;
    bool is_procd = string_list_has(unit->config.schemes, "procd");

    init_log(self, unit, LEVEL_DEBUG, manager_state_name(unit->state));
    if (is_procd && unit->state == UNIT_READY)
        init_register_all(self);
    else if (is_procd)
        self->procd_ready = false;
    bool gone = unit->state == UNIT_FAILED || unit->state == UNIT_STOPPED ||
                unit->state == UNIT_EXITED; /* nobody will serve them */
    if (gone && unit->instance)
        init_drop_schemes(self, unit->instance);
}

static uint64_t op_now(void *context)
{
    (void)context;
    return (uint64_t)dyad_clock_get(DYAD_CLOCK_MONOTONIC);
}

static const struct manager_ops manager_ops = {.launch = init_launch,
                                               .offer = init_offer,
                                               .terminate = init_terminate,
                                               .log = op_log,
                                               .changed = op_changed,
                                               .now = op_now};

static void log_text(void *context, const struct unit *unit, struct text *out)
{
    const struct instance *instance = unit->instance;

    (void)context;
    logring_read(&instance->ring, out);
}

static const struct command_ops command_ops = {
    .log_text = log_text, .poweroff = init_poweroff, .reboot = init_reboot};

/* ---- The beginning ------------------------------------------------------------------------------------------- */

static int map_initfs(struct init *self)
{
    self->initfs_memory = dyad_startup_handle(STARTUP_INITFS);
    int64_t size = dyad_handle_control(self->initfs_memory, HANDLE_GET_SIZE, 0);
    if (size <= 0)
        return size < 0 ? (int)size : -ERR_NODATA;
    int64_t address =
        dyad_map(HANDLE_NONE, 0, (uint64_t)size, MAP_PROT_READ, self->initfs_memory, 0);
    if (address < 0)
        return (int)address;
    self->initfs = (struct cpio){(const uint8_t *)address, (size_t)size};
    return 0;
}

static int read_plan(struct init *self)
{
    static char args[ARGS_MAX];
    size_t length = 0;
    int64_t file = init_open_hw(self, "args", FILE_READ), got = 0;

    if (file < 0)
        return (int)file;
    while (length < sizeof args) {
        got = dyad_read((handle_t)file, args + length, sizeof args - length, (int64_t)length);
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    (void)dyad_handle_close((handle_t)file);
    return got < 0 ? (int)got : plan_make(&self->plan, args, length);
}

static bool is_unit_file(const struct cpio_entry *entry)
{
    static const char suffix[] = ".toml";
    size_t folder = sizeof UNIT_FOLDER - 1, end = sizeof suffix - 1;

    return (entry->mode & MODE_TYPE) == MODE_FILE && entry->path_length > folder + end &&
           memcmp(entry->path, UNIT_FOLDER, folder) == 0 &&
           memcmp(entry->path + entry->path_length - end, suffix, end) == 0;
}

/* One unit with what it has at run time. */
static int add_unit(struct init *self, struct unit_config *config)
{
    struct unit *unit = manager_add(&self->manager, config);
    struct instance *instance = unit ? unit->instance : NULL;

    if (unit && !instance)
        instance = calloc(1, sizeof *instance);
    if (!instance)
        return -ERR_NOMEM;
    instance->init = self;
    instance->unit = unit;
    instance->process = instance->notify = instance->log = HANDLE_NONE;
    unit->instance = instance;
    return 0;
}

static void read_unit(struct init *self, const struct cpio_entry *entry)
{
    struct unit_config config;
    char file[DYAD_NAME_MAX + 1], error[256];
    const char *text = (const char *)self->initfs.bytes + entry->offset;

    snprintf(file, sizeof file, "%.*s", (int)(entry->path_length - strlen(UNIT_FOLDER)),
             entry->path + strlen(UNIT_FOLDER));
    if (unit_parse(&config, file, text, entry->size, error, sizeof error) < 0) {
        init_log(self, NULL, LEVEL_ERROR, error);
        return;
    }
    if ((config.needs_tty && !self->plan.tty) || (config.needs_screen && !self->plan.screen))
        unit_free(&config);
    else if (add_unit(self, &config) < 0)
        init_log(self, NULL, LEVEL_ERROR, "no memory for a unit");
}

static void read_units(struct init *self)
{
    struct cpio_entry entry;
    bool damaged;

    for (size_t at = 0; cpio_next(&self->initfs, at, &entry, &damaged); at = entry.next)
        if (is_unit_file(&entry))
            read_unit(self, &entry); /* A later archive's replaces an earlier one. */
    if (damaged)
        init_log(self, NULL, LEVEL_ERROR, "the initfs is damaged");
    manager_check(&self->manager);
}

static int start_server(struct init *self)
{
    int64_t scheme =
        dyad_scheme_create(self->system_namespace, INIT_SCHEME, strlen(INIT_SCHEME), 0);

    if (scheme < 0)
        return (int)scheme;
    int error = init_add_scheme(self, INIT_SCHEME, (handle_t)scheme);
    if (error < 0)
        return error;
    transport_scheme_init(&self->transport, (handle_t)scheme);
    server_timer_init(&self->timer, timer_due, self);
    return server_init(&self->server, &init_server_ops, &self->transport.transport, self,
                       DYAD_PAGE_SIZE);
}

static int start(struct init *self)
{
    self->hw = dyad_startup_handle(STARTUP_HW);
    self->system_namespace = dyad_startup_handle(STARTUP_NAMESPACE);
    self->procd = HANDLE_NONE;
    self->power_status = -1;
    int64_t console = init_open_hw(self, "console/2", FILE_WRITE | FILE_NONBLOCK);
    self->console_error = console < 0 ? HANDLE_NONE : (handle_t)console;
    manager_init(&self->manager, &manager_ops, self);
    self->commands = (struct command_host){&self->manager, &command_ops, self};

    int error = read_plan(self);
    if (error == 0)
        error = map_initfs(self);
    if (error == 0)
        error = init_make_namespaces(self);
    if (error == 0)
        error = start_server(self);
    if (error < 0)
        return error;
    read_units(self);
    manager_start_all(&self->manager);
    init_after_event(self);
    return 0;
}

int main(void)
{
    char text[64];
    int error = start(&init);

    if (error == 0)
        error = server_run(&init.server);
    snprintf(text, sizeof text, "init: cannot go on: error %d\n", -error);
    (void)dyad_log(LEVEL_ERROR, text, strlen(text) - 1);
    init_say(&init, text);
    power_off(&init, STATUS_CANNOT_START);
    return 1;
}
