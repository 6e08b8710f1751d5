/*
 * features.h: what every header needs first. It turns the feature test macros that the program has defined (POSIX, XSH 2.2.1; the
 * rules are in docs/posix.md) into levels, and headers test nothing else:
 *
 *   __ISO_C_VISIBLE   1990, 1999, 2011 or 2023
 *   __POSIX_VISIBLE   0, 199506 (which stands for all before it, too), 200112, 200809 or 202405
 *   __XSI_VISIBLE     0, 500 (likewise), 600, 700 or 800
 *   __XSI_UNTIL_5     what Issue 6 has taken out of XSI: for an older _XOPEN_SOURCE and with __MISC_VISIBLE; likewise
 *   __XSI_UNTIL_6, __XSI_UNTIL_7
 *   __MISC_VISIBLE    what Linux and the BSDs have beyond the standards; the standards go with it
 *   __GNU_VISIBLE     what the GNU library shows to _GNU_SOURCE alone
 */
#pragma once

#if defined(_GNU_SOURCE) || defined(_ALL_SOURCE)
#define __GNU_VISIBLE 1
#else
#define __GNU_VISIBLE 0
#endif

/* Who asks for nothing gets what is usual; but in C -std=c99 and its like ask for ISO C alone. */
#if __GNU_VISIBLE || defined(_DEFAULT_SOURCE) || defined(_BSD_SOURCE) || defined(_SVID_SOURCE)
#define __MISC_VISIBLE 1
#elif defined(_POSIX_SOURCE) || defined(_POSIX_C_SOURCE) || defined(_XOPEN_SOURCE) || \
    defined(_ISOC99_SOURCE) || defined(_ISOC11_SOURCE) || defined(_ISOC2X_SOURCE) ||  \
    defined(_ISOC23_SOURCE) || (defined(__STRICT_ANSI__) && !defined(__cplusplus))
#define __MISC_VISIBLE 0
#else
#define __MISC_VISIBLE 1
#endif

#if __MISC_VISIBLE
#define __XSI_VISIBLE 800
#elif !defined(_XOPEN_SOURCE)
#define __XSI_VISIBLE 0
#elif _XOPEN_SOURCE - 0 >= 800
#define __XSI_VISIBLE 800
#elif _XOPEN_SOURCE - 0 >= 700
#define __XSI_VISIBLE 700
#elif _XOPEN_SOURCE - 0 >= 600
#define __XSI_VISIBLE 600
#else
#define __XSI_VISIBLE 500
#endif
#define __XSI_UNTIL_5 (__MISC_VISIBLE || (__XSI_VISIBLE && __XSI_VISIBLE < 600))
#define __XSI_UNTIL_6 (__MISC_VISIBLE || (__XSI_VISIBLE && __XSI_VISIBLE < 700))
#define __XSI_UNTIL_7 (__MISC_VISIBLE || (__XSI_VISIBLE && __XSI_VISIBLE < 800))

/* The later of what _POSIX_C_SOURCE and _XOPEN_SOURCE ask for. _ISOC99_SOURCE and its like add to C and take nothing away. */
#if __XSI_VISIBLE >= 800 || (defined(_POSIX_C_SOURCE) && _POSIX_C_SOURCE - 0 >= 202405)
#define __POSIX_VISIBLE 202405
#elif __XSI_VISIBLE >= 700 || (defined(_POSIX_C_SOURCE) && _POSIX_C_SOURCE - 0 >= 200809)
#define __POSIX_VISIBLE 200809
#elif __XSI_VISIBLE >= 600 || (defined(_POSIX_C_SOURCE) && _POSIX_C_SOURCE - 0 >= 200112)
#define __POSIX_VISIBLE 200112
#elif __XSI_VISIBLE || defined(_POSIX_C_SOURCE) || defined(_POSIX_SOURCE)
#define __POSIX_VISIBLE 199506
#elif defined(__STRICT_ANSI__)
#define __POSIX_VISIBLE 0
#else
#define __POSIX_VISIBLE 200809
#endif

/* The latest of the language's edition, the one that POSIX builds on, and what was asked for. */
#if __GNU_VISIBLE || defined(_ISOC23_SOURCE) || defined(_ISOC2X_SOURCE) || \
    (defined(__STDC_VERSION__) && __STDC_VERSION__ > 201710)
#define __ISO_C_VISIBLE 2023
#elif __POSIX_VISIBLE >= 202405 || defined(_ISOC11_SOURCE) || defined(__cplusplus) || \
    (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112)
#define __ISO_C_VISIBLE 2011
#elif __POSIX_VISIBLE >= 200112 || defined(_ISOC99_SOURCE) || \
    (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901)
#define __ISO_C_VISIBLE 1999
#else
#define __ISO_C_VISIBLE 1990
#endif

#ifdef __cplusplus
#define __BEGIN_DECLS extern "C" {
#define __END_DECLS   }
#else
#define __BEGIN_DECLS
#define __END_DECLS
#endif

#define __noreturn_fn       __attribute__((__noreturn__))
#define __printf_like(f, a) __attribute__((__format__(__printf__, f, a)))
#define __scanf_like(f, a)  __attribute__((__format__(__scanf__, f, a)))

#define __DYAD_LIBC__ 1

#if defined(_LARGEFILE64_SOURCE)
#include <bits/lfs64.h>
#endif
