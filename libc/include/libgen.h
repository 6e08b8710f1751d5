/* libgen.h: the parts of a path; both functions may modify their argument. */
#pragma once
#include <features.h>

__BEGIN_DECLS
char *basename(char *__path);
char *dirname(char *__path);
__END_DECLS
