/* confstr.c: configuration texts. */
#include <errno.h>
#include <paths.h>
#include <string.h>
#include <unistd.h>

/* NULL: no such name. An empty text: nothing special is needed, or the environment does not exist. */
static const char *text_of(int name)
{
    switch (name) {
    case _CS_PATH: return _PATH_STDPATH;
    case _CS_V6_ENV:
    case _CS_V7_ENV:
    case _CS_V8_ENV: return "POSIXLY_CORRECT=1";
    case _CS_POSIX_V6_WIDTH_RESTRICTED_ENVS: return "POSIX_V6_LP64_OFF64";
    case _CS_POSIX_V7_WIDTH_RESTRICTED_ENVS: return "POSIX_V7_LP64_OFF64";
    case _CS_POSIX_V8_WIDTH_RESTRICTED_ENVS: return "POSIX_V8_LP64_OFF64";
    case _CS_POSIX_V8_THREADS_CFLAGS:
    case _CS_POSIX_V7_THREADS_CFLAGS: return "-pthread";
    }
    if (name >= _CS_POSIX_V6_ILP32_OFF32_CFLAGS && name <= _CS_POSIX_V6_LPBIG_OFFBIG_LIBS)
        return "";
    if (name >= _CS_POSIX_V8_ILP32_OFF32_CFLAGS && name <= _CS_POSIX_V8_THREADS_LDFLAGS)
        return "";
    return name >= _CS_POSIX_V7_ILP32_OFF32_CFLAGS && name <= _CS_POSIX_V7_THREADS_LDFLAGS ? ""
                                                                                           : NULL;
}

size_t confstr(int name, char *buf, size_t size)
{
    const char *text = text_of(name);
    if (!text) {
        errno = EINVAL;
        return 0;
    }
    if (buf && size)
        strlcpy(buf, text, size);
    return strlen(text) + 1;
}
