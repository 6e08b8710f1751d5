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
 *     hw:power         (init only, -ERR_PERM) write a decimal exit status: the machine drains the consoles and powers off; or "reboot": it
 *                      starts again
 *     hw:pci           where PCI's configuration space is in memory, "SEGMENT FIRST LAST BASE\n" lines, hexadecimal: buses FIRST to LAST, a
 *                      page a function, from BASE + FIRST * 1 MiB on, for memory:. No line: only ports cf8 and cfc, for port:.
 *                      -ERR_NODEV: neither
 *     hw:screen        reading gives a struct dyad_screen (abi/screen.h), -ERR_NODEV without a framebuffer. Opened for writing by one
 *                      process at a time (-ERR_BUSY): while it is open the kernel's log is not drawn there (a panic is)
 *     hw:screen/memory not a file: a memory object, to be mapped shared; the processor gathers writes to it
 *     hw:crash         reading takes nothing; writing "panic" panics the kernel (tests of a debug build only)
 *   irq:N    (drivers only) interrupt line N: 0 to 15 are those of the old PC, 16 and up the interrupt controllers' global ones. One process
 *            at a time (-ERR_BUSY, also for the kernel's own); -ERR_NODEV: there is no such line here. Reading waits for an interrupt
 *            (EVENT_READABLE) and gives a uint64_t, how many came since the last read. After one the line is masked until 8 bytes are
 *            written: whoever looks at the device after that misses nothing. Closing it masks the line
 *   port:BASE-COUNT  (drivers only) COUNT I/O ports from BASE on, both hexadecimal: a read or write of 1, 2 or 4 bytes at offset n is one access
 *            to port BASE + n. -ERR_ACCES: some of them are the kernel's own; -ERR_NODEV: this machine has no ports
 *   memory:BASE-SIZE (drivers only) registers of a device, hexadecimal, whole pages: a memory object to be mapped shared, not cached.
 *            -ERR_ACCES: there is RAM, or something of the firmware's or the kernel's; -ERR_NODEV: nothing to map on this body
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
 *   console=screen   with tty=1: the terminal is console: (framebuffer and keyboard), not hw:console/0
 *   Without command and script: sh (interactive on a tty, otherwise reading stdin).
 */
#pragma once
