/* getpwent.c: walk through all users and groups. */
#include <stdio.h>
#include "internal/users.h"

static FILE *passwd_file, *group_file;

static void close_file(FILE **file)
{
    if (*file)
        fclose(*file);
    *file = NULL;
}

/* The next line, or NULL at the end. */
static char *next_line(FILE **file, const char *path, char *line)
{
    if (!*file)
        *file = fopen(path, "re");
    return *file ? fgets(line, LINE_ROOM, *file) : NULL;
}

void setpwent(void)
{
    close_file(&passwd_file);
}
void endpwent(void)
{
    close_file(&passwd_file);
}
void setgrent(void)
{
    close_file(&group_file);
}
void endgrent(void)
{
    close_file(&group_file);
}

struct passwd *getpwent(void)
{
    static struct passwd entry;
    static char line[LINE_ROOM];
    while (next_line(&passwd_file, PASSWD_FILE, line)) {
        if (__passwd_parse(line, &entry) == 0)
            return &entry;
    }
    return NULL;
}

struct group *getgrent(void)
{
    static struct group entry;
    static char line[LINE_ROOM];
    static char *members[MEMBERS_ROOM];
    while (next_line(&group_file, GROUP_FILE, line)) {
        if (__group_parse(line, &entry, members, MEMBERS_ROOM) == 0)
            return &entry;
    }
    return NULL;
}
