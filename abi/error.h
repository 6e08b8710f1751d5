/* error.h: the one list of errors; POSIX names, Linux's x86_64 values. Shared by kernel and user space. */
#pragma once

/* X(NAME, value, text): a failing call returns the negative value. */
#define DYAD_ERROR_LIST(X)                                    \
    X(PERM, 1, "Operation not permitted")                     \
    X(NOENT, 2, "No such file or directory")                  \
    X(SRCH, 3, "No such process")                             \
    X(INTR, 4, "Interrupted system call")                     \
    X(IO, 5, "Input/output error")                            \
    X(NXIO, 6, "No such device or address")                   \
    X(2BIG, 7, "Argument list too long")                      \
    X(NOEXEC, 8, "Exec format error")                         \
    X(BADF, 9, "Bad file descriptor")                         \
    X(CHILD, 10, "No child processes")                        \
    X(AGAIN, 11, "Resource temporarily unavailable")          \
    X(NOMEM, 12, "Cannot allocate memory")                    \
    X(ACCES, 13, "Permission denied")                         \
    X(FAULT, 14, "Bad address")                               \
    X(NOTBLK, 15, "Block device required")                    \
    X(BUSY, 16, "Device or resource busy")                    \
    X(EXIST, 17, "File exists")                               \
    X(XDEV, 18, "Invalid cross-device link")                  \
    X(NODEV, 19, "No such device")                            \
    X(NOTDIR, 20, "Not a directory")                          \
    X(ISDIR, 21, "Is a directory")                            \
    X(INVAL, 22, "Invalid argument")                          \
    X(NFILE, 23, "Too many open files in system")             \
    X(MFILE, 24, "Too many open files")                       \
    X(NOTTY, 25, "Inappropriate ioctl for device")            \
    X(TXTBSY, 26, "Text file busy")                           \
    X(FBIG, 27, "File too large")                             \
    X(NOSPC, 28, "No space left on device")                   \
    X(SPIPE, 29, "Illegal seek")                              \
    X(ROFS, 30, "Read-only file system")                      \
    X(MLINK, 31, "Too many links")                            \
    X(PIPE, 32, "Broken pipe")                                \
    X(DOM, 33, "Numerical argument out of domain")            \
    X(RANGE, 34, "Numerical result out of range")             \
    X(DEADLK, 35, "Resource deadlock avoided")                \
    X(NAMETOOLONG, 36, "File name too long")                  \
    X(NOLCK, 37, "No locks available")                        \
    X(NOSYS, 38, "Function not implemented")                  \
    X(NOTEMPTY, 39, "Directory not empty")                    \
    X(LOOP, 40, "Too many levels of symbolic links")          \
    X(NOMSG, 42, "No message of desired type")                \
    X(IDRM, 43, "Identifier removed")                         \
    X(NOSTR, 60, "Device not a stream")                       \
    X(NODATA, 61, "No data available")                        \
    X(TIME, 62, "Timer expired")                              \
    X(NOSR, 63, "Out of streams resources")                   \
    X(NOLINK, 67, "Link has been severed")                    \
    X(PROTO, 71, "Protocol error")                            \
    X(MULTIHOP, 72, "Multihop attempted")                     \
    X(BADMSG, 74, "Bad message")                              \
    X(OVERFLOW, 75, "Value too large for defined data type")  \
    X(ILSEQ, 84, "Invalid or incomplete multibyte character") \
    X(NOTSOCK, 88, "Socket operation on non-socket")          \
    X(DESTADDRREQ, 89, "Destination address required")        \
    X(MSGSIZE, 90, "Message too long")                        \
    X(PROTOTYPE, 91, "Protocol wrong type for socket")        \
    X(NOPROTOOPT, 92, "Protocol not available")               \
    X(PROTONOSUPPORT, 93, "Protocol not supported")           \
    X(OPNOTSUPP, 95, "Operation not supported")               \
    X(AFNOSUPPORT, 97, "Address family not supported")        \
    X(ADDRINUSE, 98, "Address already in use")                \
    X(ADDRNOTAVAIL, 99, "Cannot assign requested address")    \
    X(NETDOWN, 100, "Network is down")                        \
    X(NETUNREACH, 101, "Network is unreachable")              \
    X(NETRESET, 102, "Network dropped connection on reset")   \
    X(CONNABORTED, 103, "Software caused connection abort")   \
    X(CONNRESET, 104, "Connection reset by peer")             \
    X(NOBUFS, 105, "No buffer space available")               \
    X(ISCONN, 106, "Transport endpoint is already connected") \
    X(NOTCONN, 107, "Transport endpoint is not connected")    \
    X(TIMEDOUT, 110, "Connection timed out")                  \
    X(CONNREFUSED, 111, "Connection refused")                 \
    X(HOSTUNREACH, 113, "No route to host")                   \
    X(ALREADY, 114, "Operation already in progress")          \
    X(INPROGRESS, 115, "Operation now in progress")           \
    X(STALE, 116, "Stale file handle")                        \
    X(DQUOT, 122, "Disk quota exceeded")                      \
    X(CANCELED, 125, "Operation canceled")                    \
    X(OWNERDEAD, 130, "Owner died")                           \
    X(NOTRECOVERABLE, 131, "State not recoverable")

/* ERR_NAME: the positive value. Libc derives ENAME from the same list in <errno.h>. */
enum dyad_error {
#define X(name, value, text) ERR_##name = value,
    DYAD_ERROR_LIST(X)
#undef X
};

/*
 * Meanings that are Dyad's own:
 *   ERR_NODEV  the server behind a handle has died, or a scheme is not registered
 *   ERR_BADF   no such handle, or an old generation of it
 *   ERR_ACCES  the handle lacks the right
 *   ERR_IDRM   the client of this request is gone (killed or past its deadline); the server's
 *              late reply was not delivered (design: ERR_GONE)
 *   ERR_DQUOT  a quota other than memory is used up; ERR_NOMEM is memory
 *   ERR_XDEV   from open and path verbs: the path leaves this scheme; the new path is in `out`
 */
