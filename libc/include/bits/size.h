/* bits/size.h: size_t and NULL, without the rest of <stddef.h>. No guard: a program may have undefined NULL. */
#define __need_size_t
#define __need_NULL
#include <stddef.h>
