/* sample.h: a kernel and an initfs as small as they get. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define SAMPLE_KERNEL_BYTES 0x1140u
#define SAMPLE_ENTRY        0x10u /* from the first byte of its code, which is all 0xaa */

void sample_kernel(uint8_t *file);
/* Two files; `to` has room for 1000 bytes. -> its bytes. */
size_t sample_archive(char *to);
