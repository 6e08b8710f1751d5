/* init.h: the one program that the kernel loads itself. */
#pragma once
#include "core/base.h"

struct machine;

/* Load /sbin/init from the initfs and make its thread ready. -ERR_NOENT: none; -ERR_NOEXEC: bad ELF. */
MUST_CHECK status_t init_start(struct machine *machine);
