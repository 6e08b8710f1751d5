/*
 * mqueue.h: the protocol of the message queues, scheme mqueue:.
 *
 * open "NAME" (no slash), for creation "NAME", NUL, struct mqueue_attr -> a queue, with FILE_* flags and mode as a file's. An empty
 * path opens the scheme itself, for MQUEUE_UNLINK. A non-blocking file gives -ERR_AGAIN where another waits.
 */
#pragma once
#include "abi/scheme.h"

enum mqueue_verb {
    MQUEUE_SEND =
        VERB_PRIVATE +
        128, /* args[0] priority, args[1] deadline (monotonic ns, ~0 never); in: message */
    MQUEUE_RECEIVE, /* args[1] deadline; out: message (room for the longest) -> bytes, values[0] priority */
    MQUEUE_ATTR,   /* out: struct mqueue_attr */
    MQUEUE_UNLINK, /* in: name */
    /* args[0] 1: the caller's process is to be told of the next message that comes to the empty queue with nobody waiting,
     * -ERR_BUSY when another is -> a number for MQUEUE_WAIT; 0: not any more */
    MQUEUE_NOTIFY,
    MQUEUE_WAIT, /* args[0] that number; waits until then -> 0; -ERR_CANCELED: not registered any more. Its end is the registration's end */
};

#define MQUEUE_NAME_MAX     255
#define MQUEUE_PRIORITIES   32768u
#define MQUEUE_MESSAGES_MAX 4096u  /* of a queue */
#define MQUEUE_BYTES_MAX    65536u /* of a message */

struct mqueue_attr {
    uint32_t max_messages, message_bytes, messages, reserved;
};
