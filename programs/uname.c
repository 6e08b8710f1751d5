/* uname: names the system. */
#include <err.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "programs/lib/program.h"

int main(int argc, char **argv)
{
    enum { SYSTEM, NODE, RELEASE, VERSION, MACHINE, COUNT };
    bool shown[COUNT] = {false}, any = false;
    struct utsname names;
    int option;
    while ((option = getopt(argc, argv, "asnrvmo")) != -1) {
        switch (option) {
        case 'a':
            for (int i = 0; i < COUNT; i++)
                shown[i] = true;
            break;
        case 'o':
        case 's': shown[SYSTEM] = true; break;
        case 'n': shown[NODE] = true; break;
        case 'r': shown[RELEASE] = true; break;
        case 'v': shown[VERSION] = true; break;
        case 'm': shown[MACHINE] = true; break;
        default: program_usage("uname [-asnrvm]", 2);
        }
        any = true;
    }
    if (!any)
        shown[SYSTEM] = true;
    if (uname(&names) != 0)
        err(1, NULL);
    const char *texts[COUNT] = {names.sysname, names.nodename, names.release, names.version,
                                names.machine};
    const char *gap = "";
    for (int i = 0; i < COUNT; i++) {
        if (shown[i]) {
            printf("%s%s", gap, texts[i]);
            gap = " ";
        }
    }
    putchar('\n');
    return program_finish(0);
}
