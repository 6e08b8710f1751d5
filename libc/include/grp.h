/* grp.h: the groups in /etc/group. */
#pragma once
#include <features.h>
#include <bits/types.h>

#if __MISC_VISIBLE && !defined(__DYAD_FILE)
#define __DYAD_FILE
typedef struct __file FILE;
#endif

struct group {
    char *gr_name, *gr_passwd;
    gid_t gr_gid;
    char **gr_mem;
};

__BEGIN_DECLS
struct group *getgrnam(const char *__name);
struct group *getgrgid(gid_t __gid);
#if __POSIX_VISIBLE
int getgrnam_r(const char *__name, struct group *__gr, char *__buf, size_t __n,
               struct group **__out);
int getgrgid_r(gid_t __gid, struct group *__gr, char *__buf, size_t __n, struct group **__out);
#endif
#if __XSI_VISIBLE
struct group *getgrent(void);
void setgrent(void);
void endgrent(void);
#endif
#if __MISC_VISIBLE
int getgrouplist(const char *__user, gid_t __gid, gid_t *__list, int *__count);
int setgroups(size_t __count, const gid_t *__list);
int initgroups(const char *__user, gid_t __gid);
struct group *fgetgrent(FILE *__file);
int putgrent(const struct group *__gr, FILE *__file);
#endif
__END_DECLS
