/* pwfile.c: lines of files like /etc/passwd and /etc/group, read from and written to any stream; the shells of /etc/shells. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "internal/users.h"

struct passwd *fgetpwent(FILE *file)
{
    static struct passwd entry;
    static char line[LINE_ROOM];
    while (fgets(line, sizeof line, file)) {
        if (__passwd_parse(line, &entry) == 0)
            return &entry;
    }
    return NULL;
}

struct group *fgetgrent(FILE *file)
{
    static struct group entry;
    static char line[LINE_ROOM];
    static char *members[MEMBERS_ROOM];
    while (fgets(line, sizeof line, file)) {
        if (__group_parse(line, &entry, members, MEMBERS_ROOM) == 0)
            return &entry;
    }
    return NULL;
}

int putpwent(const struct passwd *pw, FILE *file)
{
    return fprintf(file, "%s:%s:%u:%u:%s:%s:%s\n", pw->pw_name, pw->pw_passwd, pw->pw_uid,
                   pw->pw_gid, pw->pw_gecos, pw->pw_dir, pw->pw_shell) < 0
               ? -1
               : 0;
}

int putgrent(const struct group *gr, FILE *file)
{
    int result = fprintf(file, "%s:%s:%u:", gr->gr_name, gr->gr_passwd, gr->gr_gid);
    for (char **member = gr->gr_mem; result >= 0 && *member; member++)
        result = fprintf(file, "%s%s", member == gr->gr_mem ? "" : ",", *member);
    return result < 0 || putc('\n', file) == EOF ? -1 : 0;
}

static FILE *shells;

void endusershell(void)
{
    if (shells)
        fclose(shells);
    shells = NULL;
}

void setusershell(void)
{
    endusershell();
    shells = fopen("/etc/shells", "re");
}

char *getusershell(void)
{
    static char line[LINE_ROOM];
    if (!shells)
        setusershell();
    while (shells && fgets(line, sizeof line, shells)) {
        line[strcspn(line, "\n")] = 0;
        if (line[0] == '/')
            return line;
    }
    return NULL;
}
