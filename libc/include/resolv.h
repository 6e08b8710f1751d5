/* resolv.h: names as they stand in messages of the Domain Name System (RFC 1035, 3.1 and 4.1.4). */
#pragma once
#include <features.h>

#define MAXDNAME 256

__BEGIN_DECLS
/* The name at `from` in the message [message, end) as text with dots, "" for the root. -> its bytes there, or -1. */
int dn_expand(const unsigned char *__message, const unsigned char *__end,
              const unsigned char *__from, char *__name, int __size);
/* -> the bytes of the name at `from`, or -1. */
int dn_skipname(const unsigned char *__from, const unsigned char *__end);
/*
 * Put the name at `to`, with a pointer for the end that it shares with an earlier one. names: the message, then the names it
 * has, then NULL; names_end: the end of that array. A new name is added when there is room. -> bytes, or -1.
 */
int dn_comp(const char *__name, unsigned char *__to, int __size, unsigned char **__names,
            unsigned char **__names_end);
__END_DECLS
