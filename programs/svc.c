/* svc: looks at and controls services, by asking init. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "programs/lib/program.h"
#include "servers/init/control.h"

static const char usage[] = "svc [list] | svc status|log|start|stop|restart UNIT...";

/* Says one command to init and prints the answer. 0 or 1. */
static int ask(const char *verb, const char *unit)
{
    char command[INIT_COMMAND_MAX];
    int len = snprintf(command, sizeof(command), "%s%s%s", verb, unit ? " " : "", unit ? unit : "");
    if (len >= (int)sizeof(command))
        errx(2, "%s: too long", unit);
    int fd = open(INIT_SCHEME ":", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        err(1, "init");
    bool told = program_write_all(fd, command, (size_t)len);
    bool done = told && program_copy(fd, STDOUT_FILENO);
    if (!told && errno == ENOENT)
        warnx("%s: no such unit", unit ? unit : verb);
    else if (!done)
        warn("%s", unit ? unit : verb);
    close(fd);
    return done ? 0 : 1;
}

/* The list in columns. Its lines: NAME STATE PID RESTARTS DESCRIPTION. */
static int list(void)
{
    FILE *units = fopen(INIT_SCHEME ":list", "re");
    char line[512];
    if (!units)
        err(1, "init");
    printf("%-12s %-9s %6s %8s  %s\n", "UNIT", "STATE", "PID", "RESTARTS", "DESCRIPTION");
    while (fgets(line, sizeof line, units)) {
        char *rest = line, *field[4];
        for (size_t i = 0; i < 4; i++)
            field[i] = strsep(&rest, " \n");
        if (rest) /* PID 0: it does not run */
            printf("%-12s %-9s %6s %8s  %s", field[0], field[1],
                   strcmp(field[2], "0") == 0 ? "-" : field[2], field[3], rest);
    }
    fclose(units);
    return program_finish(0);
}

static bool is_known(const char *verb)
{
    static const char *const verbs[] = {"status", "log", "start", "stop", "restart"};
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strcmp(verb, verbs[i]) == 0)
            return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    int status = 0;
    if (argc == 1 || (argc == 2 && strcmp(argv[1], "list") == 0))
        return list();
    if (argc == 2 || !is_known(argv[1]))
        program_usage(usage, 2);
    for (int i = 2; i < argc; i++)
        status |= ask(argv[1], argv[i]);
    return status;
}
