/* utmpx.c: records of logins: none, and none can be kept. */
#include <errno.h>
#include <utmpx.h>

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
