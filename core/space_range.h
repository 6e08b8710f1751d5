/*
 * space_range.h: operations on a range of a space, in bounded steps that other threads' operations may come between.
 *
 * Removing memory goes in phases: the regions are closed (no access succeeds, nobody can map there), the translations
 * forgotten, then one wait until no core uses them, and only then are the pages taken out of the tree and freed. So the
 * tree itself holds the pages while other cores may still use them, and nothing is allocated to free memory.
 *
 * A closed region belongs to the operation that closed it (region.closer). Others that need the place wait for it, step by
 * step; since all close in rising order of addresses, and give up what they have closed before they start anew, no two wait
 * for each other. A move closes both of its places at once, and so waits for nobody.
 */
#pragma once
#include "core/space_internal.h"

enum range_kind { RANGE_UNMAP, RANGE_MAP, RANGE_PROTECT, RANGE_MOVE };

enum range_phase {
    RANGE_CLOSE,  /* mark the regions */
    RANGE_CHECK,  /* protect: look before anything is changed */
    RANGE_APPLY,  /* protect: change the regions and lower the translations */
    RANGE_FORGET, /* remove the translations */
    RANGE_SYNC,   /* wait for the other cores */
    RANGE_FREE,   /* free pages and regions */
    RANGE_INSERT, /* map: put the new region there */
    RANGE_ALIAS,  /* move: the new place gets the words of the old one as well */
    RANGE_LEAVE, /* move: the old place loses them, or the new one when there was no memory for all */
    RANGE_DONE,
};

/* Lives in thread.op while it goes in steps. */
struct range_op {
    struct space *space; /* counted */
    uint64_t start, end;
    uint64_t cursor; /* where the phase has got to */
    struct region
        *fresh;  /* map: owned until inserted. move: the new place, in the tree and closed */
    uint64_t to; /* move: where it begins */
    enum range_kind kind;
    enum range_phase phase;
    unsigned prot;   /* protect: the new protection; move: the one that goes along */
    unsigned budget; /* pages left in this step */
    status_t status; /* how it will end, if not well */
    bool begun;      /* protect: the region at the cursor has its new protection */
    bool lower;      /* and has lost some */
    bool
        again; /* map: somebody has mapped there meanwhile: give up what is closed, then start anew */
    bool changed; /* translations were removed or lowered: other cores must forget them */
};

/* Cut a region that reaches out of [low, high). -ERR_NOMEM: nothing has changed. */
MUST_CHECK status_t range_cut(struct space *space, struct region **region, uint64_t low,
                              uint64_t high, struct region **dead) REQUIRES(&space->lock);
/* Nobody can use it or map there but the operation at `closer`. */
void range_close_region(struct region *region, const void *closer);

/*
 * Start an operation, which takes a reference of the space, and go on until it ends, parks, or has done one step's work.
 * The result is 0 or an error, STATUS_PARKED or STATUS_STEP (t->step goes on). t NULL: nothing runs in the space; to the end.
 */
MUST_CHECK status_t range_start(struct thread *t, const struct range_op *op);
