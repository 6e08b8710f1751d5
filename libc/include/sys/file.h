/* sys/file.h: locks on whole files. */
#pragma once
#include <features.h>
#include <fcntl.h>

#define LOCK_SH 1
#define LOCK_EX 2
#define LOCK_NB 4
#define LOCK_UN 8

__BEGIN_DECLS
int flock(int __fd, int __operation);
__END_DECLS
