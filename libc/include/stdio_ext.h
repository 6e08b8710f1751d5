/* stdio_ext.h: a look inside a stream. */
#pragma once
#include <stdio.h>

#define FSETLOCKING_QUERY    0
#define FSETLOCKING_INTERNAL 1
#define FSETLOCKING_BYCALLER 2

__BEGIN_DECLS
size_t __fbufsize(FILE *__f);
size_t __fpending(FILE *__f);
int __flbf(FILE *__f);
int __freadable(FILE *__f);
int __fwritable(FILE *__f);
int __freading(FILE *__f);
int __fwriting(FILE *__f);
int __fsetlocking(FILE *__f, int __type);
void __fpurge(FILE *__f);
size_t __freadahead(FILE *__f);
const char *__freadptr(FILE *__f, size_t *__size);
void __freadptrinc(FILE *__f, size_t __count);
void __fseterr(FILE *__f);
void _flushlbf(void);
__END_DECLS
