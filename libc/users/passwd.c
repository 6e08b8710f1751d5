/* passwd.c: look up users. */
#include <errno.h>
#include <string.h>
#include "internal/users.h"

int __passwd_parse(char *line, struct passwd *out)
{
    char *f[7];
    unsigned uid, gid;
    if (__fields_split(line, f, 7) != 7 || f[0][0] == 0 || __parse_id(f[2], &uid) < 0 ||
        __parse_id(f[3], &gid) < 0)
        return -1;
    *out = (struct passwd){f[0], f[1], uid, gid, f[4], f[5], f[6]};
    return 0;
}

struct passwd_search {
    const char *name; /* NULL: by uid */
    uid_t uid;
    struct passwd *out;
};

static int take(char *line, void *context)
{
    struct passwd_search *search = context;
    if (__passwd_parse(line, search->out) < 0)
        return 0;
    return search->name ? strcmp(search->name, search->out->pw_name) == 0
                        : search->uid == search->out->pw_uid;
}

static int find(struct passwd_search search, char *buf, size_t n, struct passwd **out)
{
    int found = __lines_find(PASSWD_FILE, buf, n, take, &search);
    *out = found > 0 ? search.out : NULL;
    return found < 0 ? -found : 0;
}

int getpwnam_r(const char *name, struct passwd *pw, char *buf, size_t n, struct passwd **out)
{
    return find((struct passwd_search){.name = name, .out = pw}, buf, n, out);
}

int getpwuid_r(uid_t uid, struct passwd *pw, char *buf, size_t n, struct passwd **out)
{
    return find((struct passwd_search){.uid = uid, .out = pw}, buf, n, out);
}

static struct passwd entry;
static char line[LINE_ROOM];

static struct passwd *finish(int error, struct passwd *found)
{
    if (error)
        errno = error;
    return found;
}

struct passwd *getpwnam(const char *name)
{
    struct passwd *found;
    int error = getpwnam_r(name, &entry, line, sizeof line, &found);
    return finish(error, found);
}

struct passwd *getpwuid(uid_t uid)
{
    struct passwd *found;
    int error = getpwuid_r(uid, &entry, line, sizeof line, &found);
    return finish(error, found);
}
