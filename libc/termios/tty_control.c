/* tty_control.c: commands to the terminal's server. Anything that is no terminal gives -ERR_NOTTY. */
#include "abi/tty.h"
#include "internal/files.h"

int64_t __tty_control(int fd, uint32_t command, uint64_t arg, const void *in, size_t in_len,
                      void *out, size_t out_len)
{
    handle_t h = __fd_handle(fd);
    if (h == HANDLE_NONE)
        return -ERR_BADF;
    int64_t result = __verb_data(h, VERB_control, command, arg, in, in_len, out, out_len);
    switch (result) {
    case -ERR_NOSYS:
    case -ERR_OPNOTSUPP:
    case -ERR_ACCES:
    case -ERR_BADF: /* open (checked above), but not an object that takes verbs */
        return -ERR_NOTTY;
    case -ERR_INVAL: return command == TTY_GET_TERMIOS ? -ERR_NOTTY : result;
    default: return result;
    }
}
