/* bits/wint_t.h: wint_t, for <wchar.h> and <wctype.h>. */
#pragma once

typedef unsigned int wint_t;
#define WEOF 0xffffffffU
