/* reboot: asks init to end the session and the services, and to start the machine again. */
#include "programs/lib/program.h"

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1)
        program_usage("reboot", 2);
    program_end_machine("reboot\n");
}
