/* sys/eventfd.h: a counter to wait for (Linux's). */
#pragma once
#include <features.h>
#include <fcntl.h>
#include <stdint.h>

#define EFD_SEMAPHORE 1
#define EFD_CLOEXEC   O_CLOEXEC
#define EFD_NONBLOCK  O_NONBLOCK

typedef uint64_t eventfd_t;

__BEGIN_DECLS
int eventfd(unsigned __count, int __flags);
int eventfd_read(int __fd, eventfd_t *__value);
int eventfd_write(int __fd, eventfd_t __value);
__END_DECLS
