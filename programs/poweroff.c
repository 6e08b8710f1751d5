/* poweroff: asks init to end the session and power the machine off, with an exit status for who started it. */
#include <err.h>
#include <stdio.h>

#include "programs/lib/program.h"

int main(int argc, char **argv)
{
    char command[64];
    if (argc > 2 || (argc == 2 && argv[1][0] == '-'))
        program_usage("poweroff [STATUS]", 2);
    int64_t status = argc == 2 ? program_number(argv[1], false) : 0;
    if (status < 0 || status > 255)
        errx(2, "%s: the status is 0 to 255", argv[1]);
    snprintf(command, sizeof(command), "poweroff %d\n", (int)status);
    program_end_machine(command);
}
