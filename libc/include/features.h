/* features.h: what every header needs first; Dyad declares everything always, so there is nothing to select. */
#pragma once

#ifdef __cplusplus
#define __BEGIN_DECLS extern "C" {
#define __END_DECLS   }
#else
#define __BEGIN_DECLS
#define __END_DECLS
#endif

#if defined(__cplusplus)
#define __noreturn_fn __attribute__((__noreturn__))
#else
#define __noreturn_fn _Noreturn
#endif

#define __printf_like(f, a) __attribute__((__format__(__printf__, f, a)))
#define __scanf_like(f, a)  __attribute__((__format__(__scanf__, f, a)))

#define __DYAD_LIBC__ 1

#if defined(_LARGEFILE64_SOURCE)
#include <bits/lfs64.h>
#endif
