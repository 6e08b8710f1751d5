/* group.c: look up groups. */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include "internal/users.h"

int __group_parse(char *line, struct group *out, char **members, size_t room)
{
    char *f[4];
    unsigned gid;
    if (__fields_split(line, f, 4) != 4 || f[0][0] == 0 || __parse_id(f[2], &gid) < 0)
        return -1;
    size_t n = 0;
    for (char *at = f[3]; *at && n + 1 < room;) {
        members[n++] = at;
        at = strchrnul(at, ',');
        if (*at)
            *at++ = 0;
    }
    members[n] = NULL;
    *out = (struct group){f[0], f[1], gid, members};
    return 0;
}

struct group_search {
    const char *name; /* NULL: by gid */
    gid_t gid;
    struct group *out;
    char **members;
    size_t room;
};

static int take(char *line, void *context)
{
    struct group_search *search = context;
    if (__group_parse(line, search->out, search->members, search->room) < 0)
        return 0;
    return search->name ? strcmp(search->name, search->out->gr_name) == 0
                        : search->gid == search->out->gr_gid;
}

/* The first half of the caller's buffer holds the line, the second the members. */
static int find(struct group_search search, char *buf, size_t n, struct group **out)
{
    size_t half = n / 2;
    uintptr_t aligned = ((uintptr_t)buf + half + 7) & ~(uintptr_t)7;
    *out = NULL;
    if (n < 64)
        return ERANGE;
    search.members = (char **)aligned;
    search.room = ((uintptr_t)buf + n - aligned) / sizeof(char *);
    int found = __lines_find(GROUP_FILE, buf, half, take, &search);
    *out = found > 0 ? search.out : NULL;
    return found < 0 ? -found : 0;
}

int getgrnam_r(const char *name, struct group *gr, char *buf, size_t n, struct group **out)
{
    return find((struct group_search){.name = name, .out = gr}, buf, n, out);
}

int getgrgid_r(gid_t gid, struct group *gr, char *buf, size_t n, struct group **out)
{
    return find((struct group_search){.gid = gid, .out = gr}, buf, n, out);
}

static struct group entry;
static char room[2 * LINE_ROOM];

static struct group *finish(int error, struct group *found)
{
    if (error)
        errno = error;
    return found;
}

struct group *getgrnam(const char *name)
{
    struct group *found;
    int error = getgrnam_r(name, &entry, room, sizeof room, &found);
    return finish(error, found);
}

struct group *getgrgid(gid_t gid)
{
    struct group *found;
    int error = getgrgid_r(gid, &entry, room, sizeof room, &found);
    return finish(error, found);
}
