/* unit.h: what a unit file says. docs/init.md is the manual. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "servers/init/control.h"

enum unit_type {
    UNIT_SIMPLE,  /* ready as soon as it runs */
    UNIT_NOTIFY,  /* ready when it writes to its ready pipe */
    UNIT_ONESHOT, /* done when it exits with 0 */
    UNIT_SESSION, /* what the user sees; its end is the machine's */
};
enum unit_start {
    START_AT_BOOT,
    START_ON_DEMAND, /* at the first request for a scheme of its */
    START_BY_HAND,
};
enum unit_restart { RESTART_NEVER, RESTART_ON_FAILURE, RESTART_ALWAYS };
enum unit_namespace { NAMESPACE_SYSTEM, NAMESPACE_USER, NAMESPACE_LISTED };

#define UNIT_HANDLE_INITFS    1u
#define UNIT_HANDLE_HW        2u
#define UNIT_HANDLE_NAMESPACE 4u
#define UNIT_HANDLE_CONSOLE   8u /* hw:console/0, 1 and 2 as descriptors */

/* A NULL-terminated array of strings; NULL: empty. */
typedef char **string_list;

struct unit_config {
    char name[INIT_UNIT_NAME_MAX + 1];
    char *description; /* "" when there is none */
    string_list
        requires,
    wants, after;
    string_list command; /* argv; never empty */
    string_list schemes; /* created by init, served by the unit */
    string_list names;   /* NAMESPACE_LISTED: the schemes it sees */
    enum unit_type type;
    enum unit_start start;
    enum unit_restart restart;
    enum unit_namespace name_space;
    uint32_t handles;    /* UNIT_HANDLE_* */
    bool needs_tty;      /* exists only when the console is a terminal */
    bool needs_screen;   /* ... and that is the screen and the keyboard */
    uint64_t backoff_ns; /* the first pause before a restart */
    uint64_t start_timeout_ns;
};

/* Reads one unit file. `file` ("NAME.toml") gives the unit's name. 0; -ERR_INVAL with error[] saying where and what; or
 * -ERR_NOMEM. On failure nothing is left to free. */
int unit_parse(struct unit_config *unit, const char *file, const char *text, size_t length,
               char *error, size_t error_size);
void unit_free(struct unit_config *unit);

bool string_list_has(string_list list, const char *text);
