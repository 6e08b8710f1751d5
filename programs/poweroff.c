/* poweroff: asks init to end the session and power the machine off, with an exit status for who started it. */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "programs/lib/program.h"
#include "servers/init/control.h"

int main(int argc, char **argv)
{
    char command[64];
    if (argc > 2 || (argc == 2 && argv[1][0] == '-'))
        program_usage("poweroff [STATUS]", 2);
    int64_t status = argc == 2 ? program_number(argv[1], false) : 0;
    if (status < 0 || status > 255)
        errx(2, "%s: the status is 0 to 255", argv[1]);
    int fd = open(INIT_SCHEME ":", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        err(1, "init");
    snprintf(command, sizeof(command), "poweroff %d\n", (int)status);
    if (!program_write_all(fd, command, strlen(command)))
        err(1, "init");
    pause(); /* init ends us with the rest of the session. */
    return 0;
}
