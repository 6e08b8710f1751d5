/* getlogin.c: the name of the user who logged in. */
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int getlogin_r(char *buf, size_t size)
{
    const char *name = getenv("LOGNAME");
    if (!name || !*name) {
        struct passwd *pw = getpwuid(getuid());
        name = pw ? pw->pw_name : NULL;
    }
    if (!name)
        return ENXIO;
    return strlcpy(buf, name, size) < size ? 0 : ERANGE;
}

char *getlogin(void)
{
    static char name[LOGIN_NAME_MAX];
    int error = getlogin_r(name, sizeof name);
    if (error)
        errno = error;
    return error ? NULL : name;
}
