/* crypt.h: one-way hashes of passwords; the salt's prefix chooses the method. */
#pragma once
#include <features.h>

struct crypt_data {
    int initialized;
    char __buf[256];
};

__BEGIN_DECLS
char *crypt(const char *__phrase, const char *__salt);
char *crypt_r(const char *__phrase, const char *__salt, struct crypt_data *__data);
__END_DECLS
