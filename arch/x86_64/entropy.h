/* entropy.h: seeding arch_entropy. */
#pragma once
#include <stddef.h>

/* Mix in what the loader has, the processor's generator and the time stamp counter. */
void entropy_seed(const void *bytes, size_t count);
/* Whether there was a source worth the name; otherwise the log warns. */
_Bool entropy_is_strong(void);
