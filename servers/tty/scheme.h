/* scheme.h: the verbs of the scheme `tty:`. server->context is the struct terminal. */
#pragma once
#include "servers/tty/terminal.h"

extern const struct server_ops tty_server_ops;
