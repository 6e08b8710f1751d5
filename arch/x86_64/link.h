/*
 * link.h: the framed link on COM2 between the kernel (link=com2) and the program that runs QEMU (tools/qemu). It carries what a
 * serial line cannot: separate streams of any bytes, their ends and errors, the window size, and the exit status.
 *
 * A frame is struct link_frame, then `length` bytes. Numbers are little endian. Both sides keep to what the other can take:
 * output to the credit of its stream, input to what was asked for.
 */
#pragma once
#include <stdint.h>

#define LINK_VERSION     1
#define LINK_PAYLOAD_MAX 256
#define LINK_CREDIT      65536u /* per stream, in bytes that were not confirmed yet */

enum link_stream { LINK_OUT, LINK_ERR, LINK_STREAMS };

enum link_kind {
    /* from the kernel */
    LINK_HELLO = 1,  /* u32 version; nothing may be sent to the kernel before it */
    LINK_OUTPUT = 2, /* bytes for `stream` */
    LINK_WANT = 3,   /* u32: so many bytes of input more may be sent */
    LINK_STATUS = 4, /* u8: the exit status; the last frame, all output came before */
    LINK_REBOOT = 5, /* instead of LINK_STATUS: the machine is to start again */
    /* to the kernel */
    LINK_INPUT = 16,
    LINK_INPUT_END = 17, /* no more will come */
    LINK_SIZE = 18,      /* struct tty_winsize of abi/tty.h */
    LINK_GRANT = 19,     /* u32: so many bytes more may be sent on `stream` */
    LINK_ERROR = 20,     /* u32 errno: `stream` takes nothing any more */
};

struct link_frame {
    uint8_t kind, stream;
    uint16_t length;
};
