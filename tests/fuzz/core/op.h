/*
 * op.h: system calls as fuzzer input. An input is a byte (which set up) and then operations; each is a header, six arguments and
 * up to fifteen words of memory that are laid out where the arguments can point. Words say what they mean (a handle of the process,
 * a pointer into its memory, an awkward number), so that most inputs get past the first check.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "tests/fuzz/core/body.h"

enum word_kind {
    WORD_NUMBER,      /* value */
    WORD_HANDLE,      /* a handle of the process: value, counted modulo those it has */
    WORD_BLOCK,       /* pointer: value bytes into the block of this operation's memory words */
    WORD_POINTER,     /* pointer: value bytes into the process's memory */
    WORD_EDGE,        /* pointer: value bytes before the end of page `extra` of it */
    WORD_SPECIAL,     /* an awkward number: see special_numbers */
    WORD_SHIFTED,     /* value << extra */
    WORD_NEGATIVE,    /* -value */
    WORD_HANDLE_LOW,  /* a pair of 32 bits: handle `extra`, value */
    WORD_HANDLE_HIGH, /* value, handle `extra` */
    WORD_PAIR,        /* value, extra */
    WORD_TAG,         /* the tag of the process's last request; extra in the upper half */
    WORD_FILE,        /* the file of its last request */
    WORD_TIME,        /* a deadline: value microseconds from now */
    WORD_TEXT,        /* eight bytes of text: see texts */
    WORD_KID,         /* kernel id of the process in the actor slot `value` */
    WORD_KINDS
};

struct op_word {
    uint8_t kind, extra; /* enum word_kind */
    uint16_t value;
};

#define OP_WORDS_MAX       15u
#define OP_BLOCKS          4u
#define OP_BLOCK_AT(block) (USER_BASE + (block) % OP_BLOCKS * 1024UL)

/* Beside system calls: */
enum { OP_ADVANCE = SYS_COUNT, OP_FAULT, OP_KILL, OP_MEMORY_FAILS, OP_COUNT };

struct op_header {
    uint8_t number; /* a system call's, or OP_* */
    uint8_t actor;  /* the thread: a slot */
    uint8_t words;
    uint8_t block;
};
struct op {
    struct op_header header;
    struct op_word args[6];
    struct op_word memory[OP_WORDS_MAX];
};

/* The operation at data; -> bytes used, 0: none is left. What is missing at the end is zero. */
size_t op_decode(const uint8_t *data, size_t size, struct op *op);
size_t op_encode(const struct op *op, uint8_t *data, size_t room); /* 0: no room */
/* Do it, if its thread is in user mode. */
void op_run(const struct op *op);

/* What the processes know, taken and put back with the machine's snapshot. */
void op_learn_handle(struct thread *t, handle_t h);
void op_snapshot(unsigned number);
void op_restore(unsigned number);

/* For LLVMFuzzerCustomMutator: inputs of at most `most` operations behind a byte below `variants`, mostly below `usual`. */
struct op_shape {
    unsigned most, usual, variants;
};
size_t op_mutate(const struct op_shape *shape, uint8_t *data, size_t size, size_t room,
                 unsigned seed);
/* The input as text, for whoever looks at a finding. */
void op_print(const uint8_t *data, size_t size);
