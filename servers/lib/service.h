/* service.h: how a server process begins: its handles from init, its scheme, and the word that it is ready. */
#pragma once
#include "abi/syscall.h"

/* The handle of that enum startup_kind that this program started with, or HANDLE_NONE. number: its number, may be NULL. */
handle_t service_handle(uint32_t kind, int32_t *number);

/* The scheme to serve as `name` -> its handle or -ERR_*. When the supervisor keeps the unit's schemes (STARTUP_SCHEME), the
 * n-th call gives the n-th of them; otherwise it is created in the namespace that init gave us. */
int64_t service_register(const char *name);

/* Tells init that clients may come. Without a ready pipe it does nothing. */
void service_ready(void);

/* A line in the kernel's log: "name: text: ERROR". error: 0 or -ERR_*. */
void service_log(const char *name, const char *text, int64_t error);
