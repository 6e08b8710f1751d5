/* uname.c: the system's name and version. */
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "internal/system_text.h"

/* "sys:version" begins with the version; the rest of its first line is more about the build. */
int uname(struct utsname *name)
{
    char text[256];
    memset(name, 0, sizeof *name);
    strcpy(name->sysname, "Dyad");
    strcpy(name->machine, "x86_64");
    strcpy(name->release, "0");
    gethostname(name->nodename, sizeof name->nodename);
    if (__system_text("sys:version", text, sizeof text) == 0)
        return 0;
    text[strcspn(text, "\n")] = 0;
    const char *version = text;
    if (strncmp(version, "Dyad ", 5) == 0)
        version += 5;
    size_t release = strcspn(version, " ");
    strlcpy(name->release, version, release + 1 < sizeof name->release ? release + 1 : sizeof name->release);
    strlcpy(name->version, version + release + (version[release] == ' '), sizeof name->version);
    return 0;
}
