/* wordexp.h: words as the shell expands them. */
#pragma once
#include <features.h>
#include <bits/types.h>

typedef struct {
    size_t we_wordc;
    char **we_wordv;
    size_t we_offs;
} wordexp_t;

#define WRDE_DOOFFS  1
#define WRDE_APPEND  2
#define WRDE_NOCMD   4
#define WRDE_REUSE   8
#define WRDE_SHOWERR 16
#define WRDE_UNDEF   32

#define WRDE_NOSPACE 1
#define WRDE_BADCHAR 2
#define WRDE_BADVAL  3
#define WRDE_CMDSUB  4
#define WRDE_SYNTAX  5
#define WRDE_NOSYS   6 /* of Issue 6; never given */

__BEGIN_DECLS
int wordexp(const char *__restrict __words, wordexp_t *__restrict __result, int __flags);
void wordfree(wordexp_t *__result);
__END_DECLS
