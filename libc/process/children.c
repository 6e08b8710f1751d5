/* children.c: the CPU time of children that were waited for. */
#include "internal/process.h"

_Atomic uint64_t __children_user_ns, __children_system_ns;
