/* image.h: kernel.elf as the loader needs it: is it whole, how large is it in memory, where is its entry. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define IMAGE_PAGE      4096ULL
#define IMAGE_BYTES_MAX (64ULL << 20)

struct kernel_image {
    uint64_t base;    /* the lowest p_vaddr; page aligned */
    uint64_t bytes;   /* from there to the end of the last segment; whole pages */
    uint64_t entry;   /* bytes from the base */
    uint64_t headers; /* program headers: offset in the file */
    uint32_t headers_num;
};

/* -> NULL, and `out` is filled; or what is wrong, as the end of a sentence that begins with the file's name. */
const char *image_check(const void *file, size_t bytes, struct kernel_image *out);
/* Copy the segments of a checked file to `to` (out->bytes long); zeros where there is nothing in the file. */
void image_place(const void *file, const struct kernel_image *image, void *to);
