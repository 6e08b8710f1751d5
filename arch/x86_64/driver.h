/* driver.h: the devices of arch.h that are not the kernel's own consoles: any above ARCH_DEVICE_LOG. */
#pragma once
#include "arch/include/arch.h"

int64_t driver_read(enum arch_device device, void *buffer, size_t bytes);
int64_t driver_write(enum arch_device device, const void *data, size_t bytes);
unsigned driver_poll(enum arch_device device);
