/* pwd.h: the users in /etc/passwd. */
#pragma once
#include <features.h>
#include <bits/types.h>

#ifndef __DYAD_FILE
#define __DYAD_FILE
typedef struct __file FILE;
#endif

struct passwd {
    char *pw_name, *pw_passwd;
    uid_t pw_uid;
    gid_t pw_gid;
    char *pw_gecos, *pw_dir, *pw_shell;
};

__BEGIN_DECLS
struct passwd *getpwnam(const char *name);
struct passwd *getpwuid(uid_t uid);
int getpwnam_r(const char *name, struct passwd *pw, char *buf, size_t n, struct passwd **out);
int getpwuid_r(uid_t uid, struct passwd *pw, char *buf, size_t n, struct passwd **out);
struct passwd *getpwent(void);
void setpwent(void);
void endpwent(void);
struct passwd *fgetpwent(FILE *file);
int putpwent(const struct passwd *pw, FILE *file);
__END_DECLS
