/* prctl.c: of Linux's operations on the process those that mean something here: its name. */
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>
#include "internal/gate.h"

#define NAME_BYTES 16 /* with its terminator, as on Linux */

static int64_t set_name(const char *name)
{
    char room[32] = "";
    memcpy(room, name, strnlen(name, NAME_BYTES - 1));
    return dyad_process_control(HANDLE_NONE, PROCESS_SET_NAME, dyad_arg(room), sizeof room);
}

static int64_t get_name(char *name)
{
    struct process_info info;
    int64_t result = dyad_process_control(HANDLE_NONE, PROCESS_INFO, dyad_arg(&info), sizeof info);
    if (result >= 0)
        strlcpy(name, info.name, NAME_BYTES);
    return result < 0 ? result : 0;
}

int prctl(int operation, ...)
{
    va_list list;
    va_start(list, operation);
    char *name = va_arg(list, char *);
    va_end(list);
    switch (operation) {
    case PR_SET_NAME: return (int)__result(set_name(name));
    case PR_GET_NAME: return (int)__result(get_name(name));
    default: return (int)__result(-ERR_INVAL);
    }
}
