/* nl_types.h: message catalogues. */
#pragma once
#include <features.h>

#define NL_SETD       1
#define NL_CAT_LOCALE 1

typedef void *nl_catd;
#ifndef __DYAD_NL_ITEM
#define __DYAD_NL_ITEM
typedef int nl_item;
#endif

__BEGIN_DECLS
nl_catd catopen(const char *__name, int __flags);
char *catgets(nl_catd __cat, int __set, int __message, const char *__text);
int catclose(nl_catd __cat);
__END_DECLS
