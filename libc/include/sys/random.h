/* sys/random.h: the kernel's randomness. */
#pragma once
#include <features.h>
#include <bits/types.h>

#define GRND_NONBLOCK 1
#define GRND_RANDOM   2
#define GRND_INSECURE 4

__BEGIN_DECLS
ssize_t getrandom(void *buf, size_t n, unsigned flags);
int getentropy(void *buf, size_t n);
__END_DECLS
