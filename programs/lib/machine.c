/* machine.c: asking init to end the machine. */
#include <err.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "programs/lib/program.h"
#include "servers/init/control.h"

_Noreturn void program_end_machine(const char *command)
{
    int fd = open(INIT_SCHEME ":", O_RDWR | O_CLOEXEC);
    if (fd < 0 || !program_write_all(fd, command, strlen(command)))
        err(1, "init");
    for (;;)
        pause(); /* init ends us with the rest of the session */
}
