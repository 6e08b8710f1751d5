/* close_range.c: close many descriptors. */
#include <fcntl.h>
#include <unistd.h>
#include "internal/files.h"

int close_range(unsigned first, unsigned last, int flags)
{
    if (first > last || flags)
        return (int)__result(-ERR_INVAL);
    for (unsigned fd = first; fd <= last && fd < OPEN_MAX; fd++) {
        uint32_t word = __c11_atomic_exchange(&__fd_table[fd], 0, __ATOMIC_ACQ_REL);
        if (word)
            dyad_handle_close(__fd_word_handle(word));
    }
    return 0;
}

void closefrom(int first)
{
    close_range(first < 0 ? 0 : (unsigned)first, OPEN_MAX - 1, 0);
}
