/* cpio_init.c: init's reader of archives under other names, beside the kernel's. */
#define cpio_next init_cpio_next
#define cpio_find init_cpio_find
#include "servers/init/cpio.c"
