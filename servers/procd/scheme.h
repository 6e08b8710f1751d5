/* scheme.h: the scheme `procd:`: procd's verbs as requests. server->context is the struct procd. */
#pragma once
#include "servers/lib/server.h"
#include "servers/procd/procd.h"

extern const struct server_ops procd_server_ops;

/* kernel_ops.wait_done for tokens that are struct server_request *. */
void scheme_wait_done(void *context, void *token, int64_t result,
                      const struct proc_wait_result *out);
