/* log.c: init's words and its services'. */
#include <stdio.h>
#include <string.h>

#include <dyad/syscall.h>

#include "servers/init/init.h"

#define LINE_MAX_BYTES 640

void init_say(struct init *init, const char *text)
{
    /* Never waits: a host that does not read its stderr must not stop init. */
    if (init->console_error != HANDLE_NONE)
        (void)dyad_write(init->console_error, text, strlen(text), UINT64_MAX);
}

static void emit(struct init *init, enum manager_level level, char *line, int length, size_t room)
{
    if (length < 0)
        return;
    if ((size_t)length > room - 2)
        length = (int)room - 2;
    (void)dyad_log(level, line, (size_t)length);
    if (!init->plan.verbose)
        return;
    line[length] = '\n';
    line[length + 1] = '\0';
    init_say(init, line);
}

void init_log(struct init *init, const struct unit *unit, enum manager_level level,
              const char *text)
{
    char line[LINE_MAX_BYTES];
    const struct instance *instance = unit ? unit->instance : NULL;
    int length = snprintf(line, sizeof line, "init: %s%s%s", unit ? unit->config.name : "",
                          unit ? ": " : "", text);

    if (instance) {
        struct logring *ring = &((struct instance *)unit->instance)->ring;
        logring_add_line(ring, line, strlen(line));
    }
    emit(init, level, line, length, sizeof line);
}

void init_log_service(struct instance *instance, const char *text, size_t text_length)
{
    char line[LINE_MAX_BYTES];
    int length = snprintf(line, sizeof line, "%s: %.*s", instance->unit->config.name,
                          (int)text_length, text);

    emit(instance->init, LEVEL_INFO, line, length, sizeof line);
}
