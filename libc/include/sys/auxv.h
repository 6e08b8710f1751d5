/* sys/auxv.h: what the kernel or exec told the program about its machine and itself. */
#pragma once
#include <features.h>
#include <elf.h>

__BEGIN_DECLS
unsigned long getauxval(unsigned long __type);
__END_DECLS
