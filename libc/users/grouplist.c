/* grouplist.c: a user's groups. */
#include <limits.h>
#include <string.h>
#include "internal/users.h"

struct member_search {
    const char *user;
    gid_t first;
    gid_t *list;
    int room, count;
};

static void add(struct member_search *search, gid_t gid)
{
    if (search->count < search->room)
        search->list[search->count] = gid;
    search->count++;
}

static int take(char *line, void *context)
{
    struct member_search *search = context;
    struct group group;
    char *members[MEMBERS_ROOM];
    if (__group_parse(line, &group, members, MEMBERS_ROOM) < 0 || group.gr_gid == search->first)
        return 0;
    for (char **member = members; *member; member++) {
        if (strcmp(*member, search->user) == 0) {
            add(search, group.gr_gid);
            break;
        }
    }
    return 0;
}

int getgrouplist(const char *user, gid_t gid, gid_t *list, int *count)
{
    char line[LINE_ROOM];
    struct member_search search = {.user = user, .first = gid, .list = list, .room = *count};
    add(&search, gid);
    __lines_find(GROUP_FILE, line, sizeof line, take, &search);
    *count = search.count;
    return search.count > search.room ? -1 : search.count;
}

int initgroups(const char *user, gid_t gid)
{
    gid_t list[NGROUPS_MAX];
    int count = NGROUPS_MAX;
    if (getgrouplist(user, gid, list, &count) < 0)
        count = NGROUPS_MAX;
    return setgroups((size_t)count, list);
}
