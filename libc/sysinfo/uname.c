/* uname.c: the system's name and version. */
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "internal/system_text.h"

/* "sys:version" is "Dyad [VERSION] [about the build]". */
int uname(struct utsname *name)
{
    char text[256];
    memset(name, 0, sizeof *name);
    strcpy(name->sysname, "Dyad");
    strcpy(name->machine, "x86_64");
    strcpy(name->release, "0.1");
    gethostname(name->nodename, sizeof name->nodename);
    if (__system_text("sys:version", text, sizeof text) == 0)
        return 0;
    text[strcspn(text, "\n")] = 0;
    const char *rest = text + strcspn(text, " ");
    rest += strspn(rest, " ");
    if (*rest >= '0' && *rest <= '9') {
        size_t n = strcspn(rest, " ");
        strlcpy(name->release, rest, n + 1 < sizeof name->release ? n + 1 : sizeof name->release);
        rest += n + strspn(rest + n, " ");
    }
    strlcpy(name->version, rest, sizeof name->version);
    return 0;
}
