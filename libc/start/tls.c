/* tls.c: the layout of a thread's TLS block. */
#include <string.h>
#include "internal/thread.h"

struct tls_image __tls_image;

size_t __tls_align(void)
{
    return __tls_image.align > 64 ? __tls_image.align : 64;
}

/* The block ends where struct thread begins, and begins so that both are aligned. */
static size_t block_size(void)
{
    size_t align = __tls_align();
    return (__tls_image.mem_size + align - 1) & ~(align - 1);
}

size_t __tls_area_size(void)
{
    return block_size() + sizeof(struct thread);
}

struct thread *__tls_area_init(void *area)
{
    struct thread *self = (struct thread *)((char *)area + block_size());
    size_t align = __tls_image.align ? __tls_image.align : 1;
    size_t offset = (__tls_image.mem_size + align - 1) & ~(align - 1);
    memcpy((char *)self - offset, __tls_image.data, __tls_image.file_size);
    self->self = self;
    self->alive = 1;
    return self;
}
