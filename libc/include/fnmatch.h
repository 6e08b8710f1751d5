/* fnmatch.h: match a name against a shell pattern. */
#pragma once
#include <features.h>

#define FNM_NOMATCH     1
#define FNM_NOSYS       2
#define FNM_PATHNAME    0x01
#define FNM_FILE_NAME   FNM_PATHNAME
#define FNM_NOESCAPE    0x02
#define FNM_PERIOD      0x04
#define FNM_LEADING_DIR 0x08
#define FNM_IGNORECASE  0x10
#define FNM_CASEFOLD    FNM_IGNORECASE

__BEGIN_DECLS
int fnmatch(const char *__pattern, const char *__string, int __flags);
__END_DECLS
