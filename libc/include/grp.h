/* grp.h: the groups in /etc/group. */
#pragma once
#include <features.h>
#include <bits/types.h>

#ifndef __DYAD_FILE
#define __DYAD_FILE
typedef struct __file FILE;
#endif

struct group {
    char *gr_name, *gr_passwd;
    gid_t gr_gid;
    char **gr_mem;
};

__BEGIN_DECLS
struct group *getgrnam(const char *name);
struct group *getgrgid(gid_t gid);
int getgrnam_r(const char *name, struct group *gr, char *buf, size_t n, struct group **out);
int getgrgid_r(gid_t gid, struct group *gr, char *buf, size_t n, struct group **out);
struct group *getgrent(void);
void setgrent(void);
void endgrent(void);
int getgrouplist(const char *user, gid_t gid, gid_t *list, int *count);
int setgroups(size_t count, const gid_t *list);
int initgroups(const char *user, gid_t gid);
struct group *fgetgrent(FILE *file);
int putgrent(const struct group *gr, FILE *file);
__END_DECLS
