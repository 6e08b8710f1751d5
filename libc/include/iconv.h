/* iconv.h: text from one character set to another. */
#pragma once
#include <features.h>
#include <stddef.h>

typedef void *iconv_t;

__BEGIN_DECLS
iconv_t iconv_open(const char *to, const char *from);
size_t iconv(iconv_t cd, char **__restrict in, size_t *__restrict in_left, char **__restrict out,
             size_t *__restrict out_left);
int iconv_close(iconv_t cd);
__END_DECLS
