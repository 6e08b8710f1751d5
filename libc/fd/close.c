/* close.c: close(). The descriptor is free whatever the server says. */
#include <unistd.h>
#include "internal/cancel.h"
#include "internal/files.h"

int close(int fd)
{
    __cancel_end(__cancel_begin(), 0); /* a cancellation point before it closes, never after */
    if ((unsigned)fd >= OPEN_MAX)
        return (int)__result(-ERR_BADF);
    uint32_t word = __c11_atomic_exchange(&__fd_table[fd], 0, __ATOMIC_ACQ_REL);
    if (word == 0)
        return (int)__result(-ERR_BADF);
    __before_close(__fd_word_handle(word));
    return (int)__result(dyad_handle_close(__fd_word_handle(word)));
}

/* POSIX 2024: the descriptor is free here in any case, so there is nothing to be repeated. */
int posix_close(int fd, int flags)
{
    return flags == POSIX_CLOSE_RESTART ? close(fd) : (int)__result(-ERR_INVAL);
}
