/* sys/random.h: the kernel's randomness. */
#pragma once
#include <features.h>
#include <bits/types.h>

#define GRND_NONBLOCK 1
#define GRND_RANDOM   2
#define GRND_INSECURE 4

__BEGIN_DECLS
ssize_t getrandom(void *__buf, size_t __n, unsigned __flags);
int getentropy(void *__buf, size_t __n);
__END_DECLS
