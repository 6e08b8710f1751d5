/* registry.c: who sees which schemes, and procd's knowledge of what init runs. */
#include <stdio.h>
#include <string.h>

#include <dyad/syscall.h>

#include "abi/proc.h"
#include "servers/init/init.h"

#define PROCD_PATIENCE_NS 5000000000ull
#define NAMES_ROOM        4096

/* Schemes that are not for the session: hardware, its drivers, and every process. */
static const char *const system_only[] = {"hw",     "proc",     "irq",    "port",
                                          "memory", "keyboard", "console"};

static int remove_name(handle_t name_space, const char *name)
{
    return (int)dyad_namespace_control(name_space, NAMESPACE_REMOVE, name, strlen(name), 0);
}

int init_make_namespaces(struct init *init)
{
    int64_t user = dyad_namespace_control(init->system_namespace, NAMESPACE_COPY, NULL, 0, 0);

    if (user < 0)
        return (int)user;
    init->user_namespace = (handle_t)user;
    for (size_t i = 0; i < sizeof system_only / sizeof system_only[0]; i++)
        (void)remove_name(init->user_namespace, system_only[i]); /* Not there is as good. */
    return 0;
}

int init_add_scheme(struct init *init, const char *name, handle_t scheme)
{
    for (size_t i = 0; i < sizeof system_only / sizeof system_only[0]; i++)
        if (strcmp(system_only[i], name) == 0)
            return 0;
    return (int)dyad_namespace_control(init->user_namespace, NAMESPACE_ADD, name, strlen(name),
                                       (uint64_t)scheme);
}

/* Takes every name out that is not in `wanted`. */
static int keep_names(handle_t name_space, string_list wanted)
{
    static char names[NAMES_ROOM];
    int64_t length = dyad_namespace_control(name_space, NAMESPACE_LIST, names, sizeof names - 1, 0);

    if (length < 0)
        return (int)length;
    names[length] = '\0';
    char *rest = NULL;
    for (char *line = strtok_r(names, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char *space = strchr(line, ' ');
        if (space)
            *space = '\0';
        if (!string_list_has(wanted, line))
            (void)remove_name(name_space, line);
    }
    return 0;
}

int init_unit_namespace(struct init *init, const struct unit_config *config, handle_t *name_space,
                        bool *owned)
{
    *owned = config->name_space == NAMESPACE_LISTED;
    *name_space =
        config->name_space == NAMESPACE_USER ? init->user_namespace : init->system_namespace;
    if (!*owned)
        return 0;
    int64_t copy = dyad_namespace_control(init->system_namespace, NAMESPACE_COPY, NULL, 0, 0);
    if (copy < 0)
        return (int)copy;
    int error = keep_names((handle_t)copy, config->names);
    if (error < 0)
        (void)dyad_handle_close((handle_t)copy);
    *name_space = (handle_t)copy;
    return error;
}

/* One PROC_SPAWNED -> pid or -ERR_*. */
static int64_t spawned(struct init *init, handle_t process, bool own_session)
{
    if (init->procd == HANDLE_NONE) {
        /* Only once: init holds the scheme, so the file outlives procd's restarts. */
        int64_t file = dyad_open(HANDLE_NONE, "procd:", 6, FILE_RDWR, 0, NULL);
        if (file < 0)
            return file;
        init->procd = (handle_t)file;
    }
    struct call_args args = {.args = {0, 0, own_session}, .send = process};
    args.deadline = (uint64_t)dyad_clock_get(DYAD_CLOCK_MONOTONIC) + PROCD_PATIENCE_NS;
    return dyad_call(init->procd, PROC_SPAWNED, &args);
}

int init_register(struct init *init, struct instance *instance)
{
    bool session = instance->unit->config.type == UNIT_SESSION;
    int64_t pid = spawned(init, instance->process, session);

    if (pid < 0)
        return (int)pid;
    instance->unit->pid = (uint32_t)pid;
    return 0;
}

static void complain(struct init *init, const struct unit *unit, int64_t error)
{
    char text[64];

    snprintf(text, sizeof text, "procd does not take it (error %d)", (int)-error);
    init_log(init, unit, LEVEL_ERROR, text);
}

void init_register_all(struct init *init)
{
    int64_t self = dyad_process_control(HANDLE_NONE, PROCESS_SELF, 0, 0);

    init->procd_ready = true;
    if (self >= 0) {
        int64_t pid = spawned(init, (handle_t)self, false);
        if (pid < 0)
            complain(init, NULL, pid);
        (void)dyad_handle_close((handle_t)self);
    }
    for (struct unit *unit = init->manager.first; unit; unit = unit->next) {
        struct instance *instance = unit->instance;
        if (!instance || instance->process == HANDLE_NONE)
            continue;
        int error = init_register(init, instance);
        if (error < 0)
            complain(init, unit, error);
    }
}
