/* command.c: the command lines of control.h. */
#include "servers/init/command.h"

#include <stdlib.h>
#include <string.h>

#include "abi/error.h"

static void list_text(const struct manager *m, struct text *out)
{
    for (const struct unit *unit = m->first; unit; unit = unit->next)
        text_format(out, "%s %s %u %u %s\n", unit->config.name, manager_state_name(unit->state),
                    manager_is_running(unit) ? unit->pid : 0, unit->restarts,
                    unit->config.description);
}

static void add_names(struct text *out, const char *label, string_list names)
{
    text_format(out, "%s:", label);
    for (; names && *names; names++)
        text_format(out, " %s", *names);
    text_add(out, "\n", 1);
}

static void add_result(const struct unit *unit, struct text *out)
{
    if (unit->launch_error)
        text_format(out, "result: error %d\n", -unit->launch_error);
    else if ((unit->status & 0x7f) == 0)
        text_format(out, "result: exit %d\n", unit->status >> 8 & 0xff);
    else
        text_format(out, "result: signal %d\n", unit->status & 0x7f);
}

static void status_text(struct manager *m, const struct unit *unit, struct text *out)
{
    text_format(out, "unit: %s\ndescription: %s\nstate: %s\n", unit->config.name,
                unit->config.description, manager_state_name(unit->state));
    text_format(out, "pid: %u\nrestarts: %u\nfailures: %u\nsince_ms: %llu\n",
                manager_is_running(unit) ? unit->pid : 0, unit->restarts, unit->failures,
                (unsigned long long)((m->ops->now(m->context) - unit->since_ns) / 1000000));
    add_result(unit, out);
    add_names(out, "requires", unit->config.requires);
    text_format(out, "wanted_by:");
    for (const struct unit *other = m->first; other; other = other->next)
        if (string_list_has(other->config.requires, unit->config.name) ||
            string_list_has(other->config.wants, unit->config.name))
            text_format(out, " %s", other->config.name);
    text_add(out, "\n", 1);
}

bool command_settled(const struct unit *unit, bool wanted_up, struct text *out)
{
    bool up = unit->state == UNIT_READY || unit->state == UNIT_EXITED;

    text_format(out, "%s %s\n", unit->config.name, manager_state_name(unit->state));
    return up == wanted_up;
}

enum verb {
    VERB_LIST,
    VERB_STATUS,
    VERB_LOG,
    VERB_START,
    VERB_STOP,
    VERB_RESTART,
    VERB_POWEROFF,
    VERB_REBOOT,
    VERB_UNKNOWN
};

static enum verb find_verb(const char *word)
{
    static const char *const names[] = {"list", "status",  "log",      "start",
                                        "stop", "restart", "poweroff", "reboot"};

    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], word) == 0)
            return (enum verb)i;
    return VERB_UNKNOWN;
}

/* Cuts the line into its word and at most one argument; false for more. */
static bool split(char *line, char **word, char **argument)
{
    char *rest = NULL;

    *word = strtok_r(line, " \t\n", &rest);
    *argument = strtok_r(NULL, " \t\n", &rest);
    return *word && !strtok_r(NULL, " \t\n", &rest);
}

static int run_poweroff(struct command_host *host, const char *argument)
{
    char *end = NULL;
    long status = argument ? strtol(argument, &end, 10) : 0;

    if (status < 0 || status > 255 || (argument && (end == argument || *end != '\0')))
        return -ERR_INVAL;
    host->ops->poweroff(host->context, (int)status);
    return 0;
}

static int run_reboot(struct command_host *host, const char *argument)
{
    if (argument)
        return -ERR_INVAL;
    host->ops->reboot(host->context);
    return 0;
}

static void run_change(struct command_host *host, enum verb verb, struct unit *unit,
                       struct command_result *result)
{
    if (verb == VERB_START)
        manager_start(host->manager, unit);
    else if (verb == VERB_STOP)
        manager_stop(host->manager, unit);
    else
        manager_restart(host->manager, unit);
    result->settling = unit;
    result->wanted_up = verb != VERB_STOP;
}

static int run_on_unit(struct command_host *host, enum verb verb, const char *name, bool privileged,
                       struct command_result *result)
{
    struct unit *unit = name ? manager_find(host->manager, name) : NULL;

    if (!name)
        return -ERR_INVAL;
    if (!unit)
        return -ERR_NOENT;
    if (verb == VERB_STATUS) {
        status_text(host->manager, unit, &result->text);
    } else if (verb == VERB_LOG) {
        host->ops->log_text(host->context, unit, &result->text);
    } else if (!privileged) {
        return -ERR_PERM;
    } else {
        run_change(host, verb, unit, result);
    }
    return 0;
}

int command_run(struct command_host *host, const char *line, size_t length, bool privileged,
                struct command_result *result)
{
    char copy[INIT_COMMAND_MAX + 1], *word, *argument;

    *result = (struct command_result){0};
    if (length > INIT_COMMAND_MAX || memchr(line, '\0', length))
        return -ERR_INVAL;
    memcpy(copy, line, length);
    copy[length] = '\0';
    if (!split(copy, &word, &argument))
        return -ERR_INVAL;
    enum verb verb = find_verb(word);
    switch (verb) {
    case VERB_UNKNOWN: return -ERR_INVAL;
    case VERB_LIST:
        if (argument)
            return -ERR_INVAL;
        list_text(host->manager, &result->text);
        return 0;
    case VERB_POWEROFF: return privileged ? run_poweroff(host, argument) : -ERR_PERM;
    case VERB_REBOOT: return privileged ? run_reboot(host, argument) : -ERR_PERM;
    default: return run_on_unit(host, verb, argument, privileged, result);
    }
}

int command_file(struct command_host *host, const char *path, size_t length, struct text *out)
{
    char line[INIT_COMMAND_MAX + 1];
    struct command_result result;

    if (length >= sizeof line || length == 0)
        return -ERR_NOENT;
    memcpy(line, path, length);
    line[length] = '\0';
    char *slash = strchr(line, '/');
    if (slash)
        *slash = ' ';
    bool known = strcmp(line, "list") == 0 || strncmp(line, "status ", 7) == 0 ||
                 strncmp(line, "log ", 4) == 0;
    if (!known || command_run(host, line, strlen(line), false, &result) < 0)
        return -ERR_NOENT;
    *out = result.text;
    return 0;
}
