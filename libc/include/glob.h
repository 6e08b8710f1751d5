/* glob.h: the paths that a shell pattern names. */
#pragma once
#include <features.h>
#include <bits/types.h>

typedef struct {
    size_t gl_pathc;
    char **gl_pathv;
    size_t gl_offs;
    int gl_flags;
    size_t gl_size;
} glob_t;

#define GLOB_ERR         0x001
#define GLOB_MARK        0x002
#define GLOB_NOSORT      0x004
#define GLOB_DOOFFS      0x008
#define GLOB_NOCHECK     0x010
#define GLOB_APPEND      0x020
#define GLOB_NOESCAPE    0x040
#define GLOB_PERIOD      0x080
#define GLOB_NOMAGIC     0x100
#define GLOB_ONLYDIR     0x200
#define GLOB_TILDE       0x400
#define GLOB_TILDE_CHECK 0x800

#define GLOB_NOSPACE 1
#define GLOB_ABORTED 2
#define GLOB_NOMATCH 3
#define GLOB_NOSYS   4

__BEGIN_DECLS
int glob(const char *__restrict __pattern, int __flags, int (*__errfn)(const char *, int),
         glob_t *__restrict __g);
void globfree(glob_t *__g);
__END_DECLS
