/*
 * history.h: histories of operations, checked for linearizability (Herlihy and Wing, 1990): is there an order of all operations, each
 * at one moment between its call and its return, in which a small sequential model gives the same results?
 *
 * A scenario says history_reset in `start`, history_call before and history_return after each system call, and history_check in
 * `finish`. An operation that never returns may have happened or not; so may one that has returned with `maybe`, unless history_settle says which.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define HISTORY_MAX   48u /* operations of a run */
#define HISTORY_STATE 64u /* bytes of a model's state */

struct operation {
    unsigned kind;
    uint64_t args[3];
    int64_t result;
    uint64_t value;
    bool returned, maybe, never;
    uint64_t called_at, returned_at; /* in the order of the run */
};

struct model {
    const char *name;
    void (*init)(void *state);
    /*
     * Take the operation's step number `step` (from 0) in *state, if the model allows it there with the result that was observed.
     * -> 0: not possible now, 1: taken, and there are further steps (an operation that waits), 2: taken, and it is complete.
     * For an operation without a result anything that its call allows is possible.
     */
    unsigned (*step)(void *state, const struct operation *operation, unsigned step);
    void (*print)(const struct operation *operation, char *text, unsigned bytes);
};

void history_reset(void);
unsigned history_call(unsigned kind, uint64_t arg0, uint64_t arg1, uint64_t arg2);
void history_return(unsigned id, int64_t result, uint64_t value);
/* It has returned, but whether it took effect is open: a call whose deadline came. */
void history_return_maybe(unsigned id, int64_t result);
/* What became of an operation that returned with `maybe`: it happened, some time after its call, with this value; or never. */
void history_settle(unsigned id, bool happened, uint64_t value);
/* Fills *operation; false: there is no such operation. */
bool history_get(unsigned id, struct operation *operation);
/* Fails the run with the whole history when it is not linearizable. */
void history_check(const struct model *model);
