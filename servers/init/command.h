/* command.h: the command lines of control.h, as calls on the manager and as text. */
#pragma once
#include "servers/init/manager.h"
#include "servers/init/text.h"

/* What command_run needs beyond the manager. */
struct command_ops {
    void (*log_text)(void *context, const struct unit *unit, struct text *out);
    void (*poweroff)(void *context, int status);
    void (*reboot)(void *context);
};

struct command_host {
    struct manager *manager;
    const struct command_ops *ops;
    void *context;
};

struct command_result {
    struct text text;      /* the answer; the caller frees it */
    struct unit *settling; /* not NULL: the answer is command_settled's, once the unit is settled */
    bool wanted_up;        /* how it should settle */
};

/* Runs one line. 0 or -ERR_INVAL, -ERR_NOENT, -ERR_PERM. */
int command_run(struct command_host *host, const char *line, size_t length, bool privileged,
                struct command_result *result);

/* The answer about a unit that has settled. False: not where it should be. */
bool command_settled(const struct unit *unit, bool wanted_up, struct text *out);

/* "list", "status/UNIT" and "log/UNIT" as files. 0 or -ERR_NOENT. */
int command_file(struct command_host *host, const char *path, size_t length, struct text *out);
