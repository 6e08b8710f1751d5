/* request.h: submitting calls; between core/call.c and core/request.c. */
#pragma once
#include "core/scheme.h"

/* The thread's slot, made at its first call. NULL: out of memory. */
struct request_slot *request_slot_of(struct thread *t);
/*
 * Send a filled slot to the scheme of `target` (a file or a scheme, which the caller keeps alive during the call).
 * -> STATUS_PARKED: it is under way and owns what the slot holds; otherwise nothing has happened and the caller
 * releases the slot.
 */
MUST_CHECK status_t request_submit(struct request_slot *slot, struct kobject *target,
                                   uint64_t deadline);
/* Give back what a request that is not under way holds. No locks held. */
void request_release(struct request_slot *slot);
void request_settle_offset(struct request_slot *slot, status_t result, uint64_t after);
