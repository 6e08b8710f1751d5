/*
 * mqueue.h: the protocol of the message queues, scheme mqueue:.
 *
 * open "NAME" (no slash), for creation "NAME", NUL, struct mqueue_attr -> a queue, with FILE_* flags and mode as a file's. An empty
 * path opens the scheme itself, for MQUEUE_UNLINK and MQUEUE_CLOCK_SET. A non-blocking file gives -ERR_AGAIN where another waits.
 */
#pragma once
#include "abi/scheme.h"

enum mqueue_verb {
    MQUEUE_SEND =
        VERB_PRIVATE +
        128, /* args[0] priority, args[1] deadline, as for the kernel's waits (DEADLINE_REALTIME); in: message */
    MQUEUE_RECEIVE, /* args[1] deadline; out: message (room for the longest) -> bytes, values[0] priority */
    MQUEUE_ATTR,   /* out: struct mqueue_attr */
    MQUEUE_UNLINK, /* in: name */
    /* args[0] enum mqueue_notify: the caller's process is to be told of the next message that comes to the empty queue with nobody
     * waiting. send: a handle of the process (RIGHT_PASS, RIGHT_WATCH; for a signal RIGHT_CONTROL, too), whose end is the registration's;
     * args[1] the signal, args[2] its value. -ERR_BUSY when somebody is registered -> a number for MQUEUE_WAIT.
     * MQUEUE_NOTIFY_NOT: not any more; args[1] 1: only when it was by this open file */
    MQUEUE_NOTIFY,
    MQUEUE_WAIT, /* args[0] that number; waits until then -> 0; -ERR_CANCELED: not registered any more. Its end is the registration's end */
    MQUEUE_CLOCK_SET, /* of the scheme, by effective uid 0, who has just set the real-time clock: deadlines by it follow. -ERR_PERM */
};

enum mqueue_notify {
    MQUEUE_NOTIFY_NOT,
    MQUEUE_NOTIFY_WAIT,   /* MQUEUE_WAIT ends */
    MQUEUE_NOTIFY_NOBODY, /* the registration only keeps others out */
    MQUEUE_NOTIFY_SIGNAL, /* with SI_MESGQ and the sender's pid and uid; pending before the sender goes on */
};

#define MQUEUE_NAME_MAX     255
#define MQUEUE_PRIORITIES   32768u
#define MQUEUE_MESSAGES_MAX 4096u  /* of a queue */
#define MQUEUE_BYTES_MAX    65536u /* of a message */

struct mqueue_attr {
    uint32_t max_messages, message_bytes, messages, reserved;
};
