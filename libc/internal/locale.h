/*
 * internal/locale.h: the two locales. In C (and POSIX) a character is a byte, as the standard asks; in C.UTF-8 text is UTF-8.
 * They differ in nothing else. The text of formatted wide output inside the library is always UTF-8.
 */
#pragma once
#include <locale.h>
#include <stdbool.h>
#include <wchar.h>
#include "internal/libc.h"

struct __locale {
    bool utf8[LC_ALL]; /* by category: C.UTF-8, not C */
};

/* What setlocale sets. */
LIBC_HIDDEN extern struct __locale __global_locale;
/* What uselocale sets; NULL: the global one. */
LIBC_HIDDEN extern _Thread_local struct __locale *__thread_locale;

static inline struct __locale *__current_locale(void)
{
    return __thread_locale ? __thread_locale : &__global_locale;
}

static inline bool __text_is_utf8(void)
{
    return __current_locale()->utf8[LC_CTYPE];
}

/*
 * A locale's name for one category: "" takes the environment's. NULL: there is none, else "C" or "C.UTF-8".
 */
LIBC_HIDDEN const char *__locale_known(int category, const char *name);

/* mbrtowc and wcrtomb for UTF-8 whatever the locale. */
LIBC_HIDDEN size_t __utf8_decode(wchar_t *wc, const char *s, size_t n, mbstate_t *state);
LIBC_HIDDEN size_t __utf8_encode(char *s, wchar_t wc);
