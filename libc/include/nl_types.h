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
nl_catd catopen(const char *name, int flags);
char *catgets(nl_catd cat, int set, int message, const char *text);
int catclose(nl_catd cat);
__END_DECLS
