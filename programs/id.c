/* id: who the caller is. */
#include <err.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "programs/lib/program.h"

static void print_user(uid_t uid, bool name, bool number)
{
    const struct passwd *user = getpwuid(uid);
    if (number)
        printf("%u", (unsigned)uid);
    if (name && user)
        printf(number ? "(%s)" : "%s", user->pw_name);
    else if (name && !number)
        printf("%u", (unsigned)uid);
}

static void print_group(gid_t gid, bool name, bool number)
{
    const struct group *group = getgrgid(gid);
    if (number)
        printf("%u", (unsigned)gid);
    if (name && group)
        printf(number ? "(%s)" : "%s", group->gr_name);
    else if (name && !number)
        printf("%u", (unsigned)gid);
}

static void print_all(void)
{
    gid_t groups[64];
    int count = getgroups(64, groups);
    printf("uid=");
    print_user(getuid(), true, true);
    printf(" gid=");
    print_group(getgid(), true, true);
    if (geteuid() != getuid()) {
        printf(" euid=");
        print_user(geteuid(), true, true);
    }
    if (getegid() != getgid()) {
        printf(" egid=");
        print_group(getegid(), true, true);
    }
    for (int i = 0; i < count; i++) {
        printf(i ? "," : " groups=");
        print_group(groups[i], true, true);
    }
}

int main(int argc, char **argv)
{
    bool user = false, group = false, name = false, real = false;
    int option;
    while ((option = getopt(argc, argv, "ugnr")) != -1) {
        switch (option) {
        case 'u': user = true; break;
        case 'g': group = true; break;
        case 'n': name = true; break;
        case 'r': real = true; break;
        default: program_usage("id [-u | -g] [-nr]", 2);
        }
    }
    if (optind < argc)
        errx(2, "other users are not looked up");
    if (user)
        print_user(real ? getuid() : geteuid(), name, !name);
    else if (group)
        print_group(real ? getgid() : getegid(), name, !name);
    else
        print_all();
    putchar('\n');
    return program_finish(0);
}
