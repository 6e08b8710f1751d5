/* close_range.c: close many descriptors. */
#include <fcntl.h>
#include <unistd.h>
#include "internal/files.h"

static void mark_cloexec(_Atomic uint32_t *entry)
{
    uint32_t word = *entry;
    while (word && !__c11_atomic_compare_exchange_weak(entry, &word, word | FD_WORD_CLOEXEC,
                                                       __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        ;
}

/* The table of descriptors is shared with nobody, so there is nothing to unshare. */
int close_range(unsigned first, unsigned last, int flags)
{
    if (first > last || (flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)))
        return (int)__result(-ERR_INVAL);
    for (unsigned fd = first; fd <= last && fd < OPEN_MAX; fd++) {
        if (flags & CLOSE_RANGE_CLOEXEC) {
            mark_cloexec(&__fd_table[fd]);
            continue;
        }
        uint32_t word = __c11_atomic_exchange(&__fd_table[fd], 0, __ATOMIC_ACQ_REL);
        if (word) {
            __before_close(__fd_word_handle(word));
            dyad_handle_close(__fd_word_handle(word));
        }
    }
    return 0;
}

void closefrom(int first)
{
    close_range(first < 0 ? 0 : (unsigned)first, OPEN_MAX - 1, 0);
}
