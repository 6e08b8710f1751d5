/* regex.h: POSIX basic and extended regular expressions. */
#pragma once
#include <features.h>
#include <bits/types.h>

typedef long regoff_t;

typedef struct re_pattern_buffer {
    size_t re_nsub; /* the number of parenthesised subexpressions */
    void *__opaque;
} regex_t;

typedef struct {
    regoff_t rm_so; /* where the match begins, or -1 */
    regoff_t rm_eo; /* where it ends */
} regmatch_t;

/* regcomp */
#define REG_EXTENDED 1
#define REG_ICASE    2
#define REG_NEWLINE  4
#define REG_NOSUB    8

/* regexec */
#define REG_NOTBOL 1
#define REG_NOTEOL 2
/* An extension: the string is [rm_so, rm_eo) of matches[0], null bytes included. */
#define REG_STARTEND 4

#define REG_OK       0
#define REG_NOMATCH  1
#define REG_BADPAT   2
#define REG_ECOLLATE 3
#define REG_ECTYPE   4
#define REG_EESCAPE  5
#define REG_ESUBREG  6
#define REG_EBRACK   7
#define REG_EPAREN   8
#define REG_EBRACE   9
#define REG_BADBR    10
#define REG_ERANGE   11
#define REG_ESPACE   12
#define REG_BADRPT   13
#define REG_ENOSYS   14 /* of Issue 6; never given */

__BEGIN_DECLS
int regcomp(regex_t *__restrict __regex, const char *__restrict __pattern, int __flags);
int regexec(const regex_t *__restrict __regex, const char *__restrict __string,
            size_t __match_count, regmatch_t *__restrict __matches, int __flags);
size_t regerror(int __error, const regex_t *__restrict __regex, char *__restrict __buffer,
                size_t __size);
void regfree(regex_t *__regex);
__END_DECLS
