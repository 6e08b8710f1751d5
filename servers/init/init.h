/* init.h: init's parts around the pure ones: processes, the scheme `init:`, the machine's end. */
#pragma once
#include "servers/init/command.h"
#include "servers/init/cpio.h"
#include "servers/init/logring.h"
#include "servers/init/manager.h"
#include "servers/init/plan.h"
#include "servers/lib/server.h"
#include "servers/lib/transport.h"

#define INSTANCE_SCHEMES_MAX 8

struct init;

/* What a unit has at run time; unit->instance. It lives as long as the unit. */
struct instance {
    struct init *init;
    struct unit *unit;
    handle_t process;     /* HANDLE_NONE while it does not run */
    handle_t notify, log; /* our ends of its pipes, or HANDLE_NONE */
    uint64_t process_watch, notify_watch, log_watch;
    handle_t schemes
        [INSTANCE_SCHEMES_MAX]; /* created here, so that clients wait while the service restarts */
    size_t scheme_count;
    uint64_t demand_watches[INSTANCE_SCHEMES_MAX]; /* of the first `offered` schemes */
    size_t offered;
    struct logring ring;
};

struct init {
    struct server server;
    struct transport_scheme transport;
    struct server_timer timer; /* the manager's deadline */
    struct manager manager;
    struct command_host commands;
    struct plan plan;
    struct cpio initfs;
    handle_t initfs_memory, hw;
    handle_t system_namespace, user_namespace;
    handle_t console_error; /* hw:console/2, for -v and for last words */
    handle_t procd;         /* the file "procd:" once it serves */
    bool procd_ready;
    bool stopping;     /* the session is over, and the services end */
    bool powering_off; /* hw:power has been told */
    bool reboot;
    int power_status; /* asked for by poweroff, or -1: the session's */
    struct conversation *conversations;
};

/* ---- log.c --------------------------------------------------------------------------------------------------- */

/* A line about a unit (NULL: init itself) for the kernel's log, the unit's ring and, with -v, the host's stderr. */
void init_log(struct init *init, const struct unit *unit, enum manager_level level,
              const char *text);
/* A line that a service wrote. */
void init_log_service(struct instance *instance, const char *text, size_t text_length);
/* To the host's stderr, always. */
void init_say(struct init *init, const char *text);

/* ---- launch.c: manager_ops.launch, offer and terminate, and what the process does ------------------------------------ */

int init_launch(void *context, struct unit *unit);
int init_offer(void *context, struct unit *unit);
void init_terminate(void *context, struct unit *unit, bool force);
/* The unit is down for good: its schemes end, and clients get errors instead of waiting. */
void init_drop_schemes(struct init *init, struct instance *instance);

/* ---- registry.c: procd, and namespaces ----------------------------------------------------------------------- */

int init_make_namespaces(struct init *init);
int init_add_scheme(struct init *init, const char *name,
                    handle_t scheme); /* to the user namespace */
/* A namespace for the unit's process; *owned: the caller closes it. */
int init_unit_namespace(struct init *init, const struct unit_config *config, handle_t *name_space,
                        bool *owned);
/* procd serves: it learns of init and of all that runs. */
void init_register_all(struct init *init);
int init_register(struct init *init, struct instance *instance);

/* ---- serve.c: the scheme `init:` ------------------------------------------------------------------------------ */

extern const struct server_ops init_server_ops;
/* Answers conversations whose unit has settled. */
void init_settle(struct init *init);

/* ---- main.c -------------------------------------------------------------------------------------------------- */

/* After every event: the timer, waiting answers, the end of the session. */
void init_after_event(struct init *self);
void init_poweroff(void *context, int status);
void init_reboot(void *context);
int64_t init_open_hw(struct init *self, const char *path, uint32_t flags);
