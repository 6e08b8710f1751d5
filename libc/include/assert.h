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
__noreturn_fn void __assert_fail(const char *expr, const char *file, int line, const char *func);
__END_DECLS
#endif

#if !defined(__cplusplus) && !defined(static_assert)
#define static_assert _Static_assert
#endif
