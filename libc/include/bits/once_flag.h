/* bits/once_flag.h: call_once, for threads.h and stdlib.h (C23). */
#pragma once
#include <features.h>
#include <bits/thread_types.h>

typedef __thread_once_flag once_flag;
#define ONCE_FLAG_INIT 0

__BEGIN_DECLS
void call_once(once_flag *__flag, void (*__function)(void));
__END_DECLS
