/* procd_link.h: what the terminal servers ask of procd. Results are >= 0 or -ERR_*. */
#pragma once
#include "servers/tty/terminal.h"

struct procd_link {
    handle_t file; /* HANDLE_NONE: opened at the first call */
};

int procd_link_group_signal(struct procd_link *link, uint32_t pgid, int signo);
int procd_link_process_signal(struct procd_link *link, uint32_t pid, int signo);
int procd_link_group_info(struct procd_link *link, uint32_t pgid, uint32_t pid,
                          struct terminal_group *group);
bool procd_link_session_alive(struct procd_link *link, uint32_t sid);
bool procd_link_session_has_terminal(struct procd_link *link, uint32_t sid);
/* Terminal `number` is now that of session sid (0: nobody's). */
void procd_link_session_changed(struct procd_link *link, uint32_t number, uint32_t sid,
                                uint32_t foreground);
/* Whose terminal `number` was, for a server that has been restarted -> session or 0. */
uint32_t procd_link_session_of(struct procd_link *link, uint32_t number, uint32_t *foreground);
