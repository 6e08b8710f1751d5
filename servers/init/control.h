/*
 * control.h: the scheme `init:`, through which programs (svc, poweroff, reboot) talk to init.
 *
 * Text, so that a shell can do it too:
 *
 *   init:               (open for reading and writing) a conversation. One write is one command line (the newline is
 *                       optional); reads then give the answer and 0 at its end. The next write starts a new answer.
 *                       write fails with -ERR_INVAL (unknown command or syntax), -ERR_NOENT (no such unit),
 *                       -ERR_PERM (not root), -ERR_2BIG (longer than INIT_COMMAND_MAX).
 *                         list               a line per unit: NAME STATE PID RESTARTS DESCRIPTION
 *                                            (PID 0: not running; the description runs to the end of the line)
 *                         status UNIT        "key: value" lines: unit, description, state, pid, restarts, failures,
 *                                            since_ms (in this state), result, requires, wanted_by
 *                         log UNIT           the last lines that the service wrote to its standard error, and init's
 *                                            own about it
 *                         start UNIT         starts it and what it requires;
 *                         stop UNIT          stops it and what requires it (SIGTERM, after 2 s SIGKILL);
 *                         restart UNIT       both. These three answer when the unit has settled: read blocks until
 *                                            then; the answer is "UNIT STATE\n", and read fails with -ERR_IO
 *                                            once after it when the unit did not get where it was told
 *                         poweroff [STATUS]  ends the session (SIGHUP, SIGCONT, after 2 s SIGKILL), then the services in
 *                                            order, then powers off with STATUS (0..255, default 0). No answer is promised
 *                         reboot             the same, but the machine starts again
 *   init:list  init:status/UNIT  init:log/UNIT
 *                       the same texts as read-only files.
 *
 * UNIT is the unit file's name without ".toml". Commands that change something need euid 0.
 * STATE is one of: stopped waiting starting ready exited stopping backoff failed
 *   exited: a oneshot unit that succeeded; backoff: waiting to be restarted.
 */
#pragma once

#define INIT_SCHEME        "init"
#define INIT_COMMAND_MAX   256
#define INIT_UNIT_NAME_MAX 31
