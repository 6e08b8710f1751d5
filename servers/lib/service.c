/* service.c: the beginning of a server process. */
#include "servers/lib/service.h"

#include <stdio.h>
#include <string.h>

#include <dyad/startup.h>
#include <dyad/syscall.h>

#include "abi/error.h"

handle_t service_handle(uint32_t kind, int32_t *number)
{
    const struct startup_entry *entry = dyad_startup_entry(0);
    for (uint32_t i = 0; entry; entry = dyad_startup_entry(++i)) {
        if (entry->kind == kind) {
            if (number)
                *number = entry->number;
            return entry->handle;
        }
    }
    return HANDLE_NONE;
}

/* The index-th scheme that the supervisor keeps for this service, or HANDLE_NONE. */
static handle_t kept_scheme(int32_t index)
{
    const struct startup_entry *entry = dyad_startup_entry(0);
    for (uint32_t i = 0; entry; entry = dyad_startup_entry(++i)) {
        if (entry->kind == STARTUP_SCHEME && entry->number == index)
            return entry->handle;
    }
    return HANDLE_NONE;
}

int64_t service_register(const char *name)
{
    static int32_t registered;
    handle_t kept = kept_scheme(registered++);
    if (kept != HANDLE_NONE)
        return kept;
    handle_t namespace = service_handle(STARTUP_NAMESPACE, NULL);
    if (namespace == HANDLE_NONE)
        return -ERR_ACCES;
    return dyad_scheme_create(namespace, name, strlen(name), 0);
}

void service_ready(void)
{
    handle_t pipe = service_handle(STARTUP_NOTIFY, NULL);
    if (pipe == HANDLE_NONE)
        return;
    /* When init is not there to read it, nobody is there to be told. */
    (void)dyad_write(pipe, "\n", 1, -1);
    (void)dyad_handle_close(pipe);
}

void service_log(const char *name, const char *text, int64_t error)
{
    char line[256];
    int len = error ? snprintf(line, sizeof(line), "%s: %s: %s", name, text, strerror((int)-error))
                    : snprintf(line, sizeof(line), "%s: %s", name, text);
    if (len < 0)
        return;
    if ((size_t)len >= sizeof(line))
        len = sizeof(line) - 1;
    (void)dyad_log(error ? 0 : 2, line, (size_t)len);
}
