/* utime.h: file times in seconds. */
#pragma once
#include <features.h>
#include <bits/types.h>

struct utimbuf {
    time_t actime, modtime;
};

__BEGIN_DECLS
int utime(const char *__path, const struct utimbuf *__times);
__END_DECLS
