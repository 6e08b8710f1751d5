/* assert.h: may be included again with another NDEBUG, so it has no include guard. */
#include <features.h>

#undef assert
#ifdef NDEBUG
#define assert(e) ((void)0)
#else
#define assert(e) ((e) ? (void)0 : __assert_fail(#e, __FILE__, __LINE__, __func__))
#endif

#ifndef __DYAD_ASSERT_DECLARED
#define __DYAD_ASSERT_DECLARED
__BEGIN_DECLS
__noreturn_fn void __assert_fail(const char *__expr, const char *__file, int __line,
                                 const char *__function);
__END_DECLS
#endif

#if __ISO_C_VISIBLE >= 2011 && !defined(__cplusplus) && !defined(static_assert)
#define static_assert _Static_assert
#endif
