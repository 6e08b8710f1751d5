/* internal.h: what the files of the server library share with each other and with nobody else. */
#pragma once
#include "servers/lib/transport.h"

/* Sends the staged answer now, in a trap of its own. */
void server_flush(struct server *);

/* Bookkeeping after the transport took the staged answer; sent: what it said about it. */
void server_staged_done(struct server *, int64_t sent);

/* Forgets an answered request: drops its file, returns its memory. */
void server_request_release(struct server_request *);

/* Takes the id away and drops the client's reference. */
void server_file_close(struct server_file *);
/* Calls ops->release for the files that nobody refers to any more. Never while a handler runs: an answer may be the last to refer to a
 * file, and whoever answers several in a row must not find others answered or freed by a release in between. */
void server_files_release(struct server *);
void server_files_init(struct server *);
void server_files_fini(struct server *);

void server_event_dispatch(struct server *, uint64_t cookie, uint32_t events);
/* Runs the callbacks of timers that are due. */
void server_timers_run(struct server *);
