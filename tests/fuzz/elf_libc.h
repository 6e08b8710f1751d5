/* elf_libc.h: what libc's loader thinks of an ELF file. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* Decodes it and aborts when what it says must be mapped is not sound. */
bool libc_elf_accepts(const void *file, size_t bytes);
