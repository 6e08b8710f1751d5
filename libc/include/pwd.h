/* pwd.h: the users in /etc/passwd. */
#pragma once
#include <features.h>
#include <bits/types.h>

#if __MISC_VISIBLE && !defined(__DYAD_FILE)
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
struct passwd *getpwnam(const char *__name);
struct passwd *getpwuid(uid_t __uid);
#if __POSIX_VISIBLE
int getpwnam_r(const char *__name, struct passwd *__pw, char *__buf, size_t __n,
               struct passwd **__out);
int getpwuid_r(uid_t __uid, struct passwd *__pw, char *__buf, size_t __n, struct passwd **__out);
#endif
#if __XSI_VISIBLE
struct passwd *getpwent(void);
void setpwent(void);
void endpwent(void);
#endif
#if __MISC_VISIBLE
struct passwd *fgetpwent(FILE *__file);
int putpwent(const struct passwd *__pw, FILE *__file);
#endif
__END_DECLS
