/* issetugid.c: may the program trust its environment? Groups that it is in. */
#include <stdlib.h>
#include <unistd.h>

int issetugid(void)
{
    return getuid() != geteuid() || getgid() != getegid();
}

int group_member(gid_t gid)
{
    int count = getgroups(0, NULL), found = 0;
    gid_t *groups = count > 0 ? malloc((size_t)count * sizeof *groups) : NULL;
    if (groups)
        count = getgroups(count, groups);
    for (int i = 0; groups && i < count && !found; i++)
        found = groups[i] == gid;
    free(groups);
    return found;
}
