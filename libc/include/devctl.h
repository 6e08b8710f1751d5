/* devctl.h: device control by POSIX.1-2024: requests are those of sys/ioctl.h. */
#pragma once
#include <features.h>
#define __need_size_t
#include <stddef.h>

__BEGIN_DECLS
int posix_devctl(int __fd, int __request, void *__restrict __data, size_t __size,
                 int *__restrict __info);
__END_DECLS
