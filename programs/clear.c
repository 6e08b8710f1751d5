/* clear: clears the terminal. */
#include <unistd.h>

#include "programs/lib/program.h"

int main(void)
{
    static const char sequence[] = "\033[H\033[2J\033[3J";
    return program_write_all(STDOUT_FILENO, sequence, sizeof(sequence) - 1) ? 0 : 1;
}
