/* tmpfile.c: temporary files and their names. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "internal/stdio.h"

FILE *tmpfile(void)
{
    char path[] = P_tmpdir "/tmpfile.XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0)
        return NULL;
    unlink(path);
    FILE *f = fdopen(fd, "w+");
    if (!f)
        close(fd);
    return f;
}

char *tmpnam(char *s)
{
    static char own[L_tmpnam];
    char *name = s ? s : own;
    strcpy(name, P_tmpdir "/tmpnam.XXXXXX");
    return *mktemp(name) ? name : NULL;
}

static bool is_folder(const char *path)
{
    struct stat st;
    return path && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

char *tempnam(const char *dir, const char *prefix)
{
    const char *env = getenv("TMPDIR");
    const char *where = is_folder(env) ? env : is_folder(dir) ? dir : P_tmpdir;
    char *name = NULL;
    if (asprintf(&name, "%s/%.5sXXXXXX", where, prefix ? prefix : "") < 0)
        return NULL;
    if (!*mktemp(name)) {
        free(name);
        return NULL;
    }
    return name;
}

char *ctermid(char *s)
{
    static char own[L_ctermid];
    return strcpy(s ? s : own, "/dev/tty");
}
