/* ctype.h: character classes; bytes above 127 belong to none. */
#pragma once
#include <features.h>
#include <bits/types.h>

__BEGIN_DECLS
int isalnum(int c);
int isalpha(int c);
int isascii(int c);
int isblank(int c);
int iscntrl(int c);
int isdigit(int c);
int isgraph(int c);
int islower(int c);
int isprint(int c);
int ispunct(int c);
int isspace(int c);
int isupper(int c);
int isxdigit(int c);
int toascii(int c);
int tolower(int c);
int toupper(int c);
__END_DECLS

#define _tolower(c) ((c) | 0x20)
#define _toupper(c) ((c) & 0x5f)
