/*
 * stub_abi.h: what the kernel process and its stubs share: addresses in the hole, the shared pages and
 * the protocol on them. Included by C on both sides and by gate.S.
 *
 * A context's life: the stub thread posts a trap (post = POSTED) and waits for cmd = RUN; the core
 * answers with RUN and waits for the next post. Each side announces that it sleeps (STUB_CMD_SLEEP,
 * STUB_POST_SLEEPING) by a compare-and-swap in the word that the other side changes, so neither wake-up is lost.
 */
#pragma once

/* Addresses in the stub. The gate is the first instruction of its text. */
#define STUB_TEXT        0x700000001000
#define STUB_TEXT_END    0x700000005000
#define STUB_GATE        STUB_TEXT
#define STUB_HEADER      0x700000100000
#define STUB_WAKE_AREA   0x700001000000
#define STUB_CONTEXTS    0x700010000000
#define STUB_STACKS      0x700020000000
#define STUB_STACK_SHIFT 15 /* 32 KiB: the largest signal frame known is 11 KiB */

/* Stop, or look at the header. SIGURG: not queued, so it cannot run into a limit, and gdb passes it on by itself. */
#define STUB_SIGNAL 23

#define STUB_THREADS_MAX 1024 /* of one stub */
#define STUB_SLOTS_MAX   4096 /* stubs */
#define STUB_FD_RAM      3
#define STUB_FD_CONTROL  4
#define STUB_FD_SELF     5

/* The control file: a page of wake words a slot, then the slots: header, then contexts. */
#define STUB_HEADER_BYTES 0x4000
#define STUB_WAKE_BYTES   (STUB_SLOTS_MAX * 0x1000)
#define STUB_SLOT_BYTES   (STUB_HEADER_BYTES + STUB_THREADS_MAX * 0x1000)

/* Offsets in struct stub_context for gate.S; checked below. */
#define CTX_RAX      0x00
#define CTX_RBX      0x08
#define CTX_RCX      0x10
#define CTX_RDX      0x18
#define CTX_RSI      0x20
#define CTX_RDI      0x28
#define CTX_RBP      0x30
#define CTX_RSP      0x38
#define CTX_R8       0x40
#define CTX_R9       0x48
#define CTX_R10      0x50
#define CTX_R11      0x58
#define CTX_R12      0x60
#define CTX_R13      0x68
#define CTX_R14      0x70
#define CTX_R15      0x78
#define CTX_RIP      0x80
#define CTX_RFLAGS   0x88
#define CTX_FS       0x90
#define CTX_SELF     0x98
#define CTX_STACK    0xa0
#define CTX_MXCSR    0xa8
#define CTX_FCW      0xac
#define CTX_FSGSBASE 0xb0
#define CTX_STOP     0xb4
#define CTX_MODE     0xb8
#define CTX_FPINIT   0x200

#define STUB_MODE_FAST  0 /* only rax changed: rcx, r11 and flags need not be restored */
#define STUB_MODE_FULL  1 /* every integer register, rflags and the FS base */
#define STUB_MODE_FRESH 2 /* FULL, and the FPU is reset but for the control words of the context */

#ifndef __ASSEMBLER__
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/signal.h"

enum stub_trap {
    STUB_TRAP_NONE,
    STUB_TRAP_SYSCALL,
    STUB_TRAP_FAULT,   /* trapno, error, address */
    STUB_TRAP_STOPPED, /* the core asked for it */
    STUB_TRAP_TSC,     /* rdtsc or rdtscp, where they trap; error: the instruction's length */
};

/* context.cmd: low 8 bits the command, the rest an argument. */
enum stub_cmd {
    STUB_CMD_SPIN,  /* stub: waiting, awake */
    STUB_CMD_SLEEP, /* stub: waiting, asleep or about to: changing cmd needs a wake-up */
    STUB_CMD_RUN,   /* core: go on */
    STUB_CMD_PARK,  /* core: stop spinning; argument: 0, or 1 + the number of a context to wake */
};
#define STUB_CMD(word)               ((word) & 0xffu)
#define STUB_CMD_ARGUMENT(word)      ((word) >> 8)
#define STUB_CMD_MAKE(cmd, argument) ((uint32_t)(cmd) | (uint32_t)(argument) << 8)

enum stub_post {
    STUB_POST_RUNNING,
    STUB_POST_POSTED,   /* stub: a trap is there */
    STUB_POST_SLEEPING, /* core: asleep or about to */
};

/* One page a thread. The stub side of it is at STUB_CONTEXTS + index * 4096 and is the thread's GS base. */
struct stub_context {
    struct user_regs regs;
    uint64_t self; /* address of this page in the stub */
    uint64_t stack_top;
    uint32_t mxcsr; /* at the last trap; initial values in mode FRESH */
    uint16_t fcw;
    uint16_t fsw;          /* x87's status at the last trap */
    uint32_t fsgsbase;     /* 1: the CPU's rdfsbase may be used */
    _Atomic uint32_t stop; /* core: hand over before running user code */
    uint32_t mode;         /* core: STUB_MODE_* of the next run */
    uint32_t index;
    uint32_t number; /* slot * STUB_THREADS_MAX + index: which wake word */
    uint32_t tid;

    _Alignas(64) _Atomic uint32_t cmd;
    uint32_t spin; /* core: steps to spin for the next command */

    _Alignas(64) _Atomic uint32_t post;
    uint32_t trap;    /* enum stub_trap */
    uint32_t trapno;  /* FAULT: the CPU's vector */
    uint32_t error;   /* FAULT: its error code */
    uint64_t address; /* FAULT: CR2 */

    _Alignas(64) uint8_t spare[128];
    _Alignas(64) uint8_t fpinit[576]; /* an XSAVE image in its initial state; see stub_fresh */
};

enum stub_op { STUB_OP_MAP = 1, STUB_OP_UNMAP, STUB_OP_PROTECT };

struct stub_request {
    uint64_t vaddr, bytes, phys;
    uint32_t op, prot; /* enum stub_op; MAP_PROT_* of abi/syscall.h */
};

#define STUB_RING 256

/* One a stub, at STUB_HEADER. */
struct stub_header {
    uint32_t kernel_pid;
    uint32_t slot;
    uint32_t private_text;  /* 1: read-only mappings are MAP_PRIVATE, so that gdb can write them */
    uint32_t trap_tsc;      /* 1: the time stamp counter may not be read */
    _Atomic uint32_t ready; /* stub; futex word: 1 once it waits for work */

    /* Creation of a thread: the kernel sets index and bumps request; the stub answers. */
    uint32_t clone_index;
    _Atomic uint32_t clone_request;
    _Atomic uint32_t clone_answer; /* futex word; equals request when done */
    int32_t clone_result;          /* tid or -errno of Linux */

    /*
     * The ring of changes to the mappings. Requests are numbered from 0; [done, tail) are pending, but
     * those below flush are void: instead everything is unmapped. The kernel writes tail and flush,
     * the stub (holding lock) done. Slots of void requests may be overwritten, so flush is checked after a slot is read.
     */
    _Alignas(64) _Atomic uint64_t tail;
    _Atomic uint64_t flush;
    _Alignas(64) _Atomic uint64_t done;
    _Atomic uint32_t lock; /* 0 free, 1 taken, 2 taken and waited for */
    _Alignas(64) struct stub_request ring[STUB_RING];
};

_Static_assert(sizeof(struct stub_header) <= STUB_HEADER_BYTES, "the header fits its pages");
_Static_assert(sizeof(struct stub_context) <= 4096, "a context fits its page");
#define CTX_CHECK(offset, field) \
    _Static_assert(offsetof(struct stub_context, field) == (offset), #field)
CTX_CHECK(CTX_RAX, regs.rax);
CTX_CHECK(CTX_RBX, regs.rbx);
CTX_CHECK(CTX_RCX, regs.rcx);
CTX_CHECK(CTX_RDX, regs.rdx);
CTX_CHECK(CTX_RSI, regs.rsi);
CTX_CHECK(CTX_RDI, regs.rdi);
CTX_CHECK(CTX_RBP, regs.rbp);
CTX_CHECK(CTX_RSP, regs.rsp);
CTX_CHECK(CTX_R8, regs.r8);
CTX_CHECK(CTX_R15, regs.r15);
CTX_CHECK(CTX_RIP, regs.rip);
CTX_CHECK(CTX_RFLAGS, regs.rflags);
CTX_CHECK(CTX_FS, regs.fs_base);
CTX_CHECK(CTX_SELF, self);
CTX_CHECK(CTX_STACK, stack_top);
CTX_CHECK(CTX_MXCSR, mxcsr);
CTX_CHECK(CTX_FCW, fcw);
CTX_CHECK(CTX_FSGSBASE, fsgsbase);
CTX_CHECK(CTX_STOP, stop);
CTX_CHECK(CTX_MODE, mode);
CTX_CHECK(CTX_FPINIT, fpinit);
#undef CTX_CHECK
#endif
