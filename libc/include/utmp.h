/* utmp.h: login_tty, and the old names of <utmpx.h>. There are no records of logins. */
#pragma once
#include <features.h>
#include <utmpx.h>

#define utmp        utmpx
#define ut_name     ut_user
#define UT_NAMESIZE 32
#define UT_LINESIZE 32
#define UT_HOSTSIZE 256

__BEGIN_DECLS
int login_tty(int __fd);
void setutent(void);
void endutent(void);
struct utmpx *getutent(void);
struct utmpx *getutid(const struct utmpx *__entry);
struct utmpx *getutline(const struct utmpx *__entry);
struct utmpx *pututline(const struct utmpx *__entry);
void updwtmp(const char *__path, const struct utmpx *__entry);
int utmpname(const char *__path);
__END_DECLS
