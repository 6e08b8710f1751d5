/* resolv.h: names as they stand in messages of the Domain Name System (RFC 1035, 3.1 and 4.1.4). */
#pragma once
#include <features.h>

#define MAXDNAME 256

__BEGIN_DECLS
/* The name at `from` in the message [message, end) as text with dots, "" for the root. -> its bytes there, or -1. */
int dn_expand(const unsigned char *message, const unsigned char *end, const unsigned char *from,
              char *name, int size);
/* -> the bytes of the name at `from`, or -1. */
int dn_skipname(const unsigned char *from, const unsigned char *end);
/*
 * Put the name at `to`, with a pointer for the end that it shares with an earlier one. names: the message, then the names it
 * has, then NULL; names_end: the end of that array. A new name is added when there is room. -> bytes, or -1.
 */
int dn_comp(const char *name, unsigned char *to, int size, unsigned char **names,
            unsigned char **names_end);
__END_DECLS
