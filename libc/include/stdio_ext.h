/* stdio_ext.h: a look inside a stream. */
#pragma once
#include <stdio.h>

#define FSETLOCKING_QUERY    0
#define FSETLOCKING_INTERNAL 1
#define FSETLOCKING_BYCALLER 2

__BEGIN_DECLS
size_t __fbufsize(FILE *f);
size_t __fpending(FILE *f);
int __flbf(FILE *f);
int __freadable(FILE *f);
int __fwritable(FILE *f);
int __freading(FILE *f);
int __fwriting(FILE *f);
int __fsetlocking(FILE *f, int type);
void __fpurge(FILE *f);
void __fseterr(FILE *f);
void _flushlbf(void);
__END_DECLS
