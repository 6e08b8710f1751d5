/* program_name.c: the name that the program was called by. Costs nothing in programs that do not ask. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

char *program_invocation_name = "";
char *program_invocation_short_name = "";

/* The BSDs' names for them. */
extern char *__progname __attribute__((alias("program_invocation_short_name")));
extern char *__progname_full __attribute__((alias("program_invocation_name")));

__attribute__((constructor(101))) static void set_names(int argc, char **argv)
{
    if (argc > 0)
        setprogname(argv[0]);
    if (argc > 0)
        program_invocation_name = argv[0];
}

void setprogname(const char *name)
{
    const char *slash = strrchr(name, '/');
    program_invocation_short_name = (char *)(slash ? slash + 1 : name);
}

const char *getprogname(void)
{
    return program_invocation_short_name;
}
