/* state.c: which locale is in use; every program that looks at text has this. */
#include "internal/locale.h"

struct __locale __global_locale;
_Thread_local struct __locale *__thread_locale;
