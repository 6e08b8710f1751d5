/* libgen.h: the parts of a path; both functions may modify their argument. */
#pragma once
#include <features.h>

__BEGIN_DECLS
char *basename(char *path);
char *dirname(char *path);
__END_DECLS
