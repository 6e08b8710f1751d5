/*
 * kernel_schemes.h: the schemes that the kernel itself serves, and what their files mean.
 *
 *   sys:     read-only text for everybody: sys:version, sys:uptime ("seconds idle\n"), sys:cpus, sys:memory
 *            ("name pages\n" lines: total free kernel), sys:schemes ("name kid\n" lines of the caller's
 *            namespace), sys:processes ("kid pid state threads pages name\n" lines), sys:stuck (threads the watchdog names)
 *   log:     reading gives the kernel's ring log as lines "seconds.micros level text\n", from the oldest kept;
 *            the file's offset counts bytes since boot, at the end it gives 0 (watch for EVENT_READABLE)
 *   time:    time:monotonic and time:realtime: write a uint64_t absolute deadline in ns (0 disarms), read gives a uint64_t of expirations and
 *            blocks until there is one (EVENT_READABLE)
 *   proc:    a handle for PROCESS_FIND and PROCESS_NEXT (init and procd only)
 *   hw:      (init and drivers only)
 *     hw:args          the boot arguments, NUL-separated
 *     hw:console/0     the terminal: bytes both ways; read gives 0 at the end of the host's input
 *     hw:console/1     standard output of `-c`: write only, binary-safe
 *     hw:console/2     standard error of `-c`
 *     hw:console/size  struct tty_winsize; EVENT_READABLE after a change until it is read at offset 0
 *     hw:power         write a decimal exit status: the machine drains the consoles and powers off
 *     hw:crash         reading takes nothing; writing "panic" panics the kernel (tests of a debug build only)
 * Reads and writes of hw:console block (FILE_NONBLOCK: -ERR_AGAIN) and may be short.
 *
 * Boot arguments (hw:args), as the Linux program passes them:
 *   tty=1            the console is a terminal: run the session on the tty scheme; otherwise stdin, stdout and stderr
 *                    are hw:console/0, /1 and /2
 *   command=TEXT     sh -c TEXT
 *   script=PATH      sh PATH ARG...   (PATH as seen inside)
 *   arg=TEXT         an argument of command or script; may repeat
 *   verbose=1        init and servers log to hw:console/2 as well
 *   term=NAME        TERM of the session
 *   Without command and script: sh (interactive on a tty, otherwise reading stdin).
 */
#pragma once
