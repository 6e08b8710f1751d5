/* utmpx.c: records of logins: none, and none can be kept. */
#include <stddef.h>
#include <errno.h>
#include <utmp.h>

void setutxent(void)
{
}

void endutxent(void)
{
}

/* No more entries: errno stays as it is. */
struct utmpx *getutxent(void)
{
    return NULL;
}

struct utmpx *getutxid(const struct utmpx *entry)
{
    (void)entry;
    errno = ESRCH;
    return NULL;
}

struct utmpx *getutxline(const struct utmpx *entry)
{
    (void)entry;
    errno = ESRCH;
    return NULL;
}

struct utmpx *pututxline(const struct utmpx *entry)
{
    (void)entry;
    errno = EPERM;
    return NULL;
}

/* ---- The old names ---- */

void setutent(void)
{
}

void endutent(void)
{
}

struct utmpx *getutent(void)
{
    return getutxent();
}

struct utmpx *getutid(const struct utmpx *entry)
{
    return getutxid(entry);
}

struct utmpx *getutline(const struct utmpx *entry)
{
    return getutxline(entry);
}

struct utmpx *pututline(const struct utmpx *entry)
{
    return pututxline(entry);
}

void updwtmp(const char *path, const struct utmpx *entry)
{
    (void)path, (void)entry;
}

int utmpname(const char *path)
{
    (void)path;
    errno = ENOTSUP;
    return -1;
}
