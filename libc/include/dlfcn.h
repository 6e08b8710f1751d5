/* dlfcn.h: loading objects at run time. Programs are static and there is no loader yet: all of these fail, and dlerror says why. */
#pragma once
#include <features.h>

#define RTLD_LAZY   1
#define RTLD_NOW    2
#define RTLD_GLOBAL 0x100
#define RTLD_LOCAL  0

#if __POSIX_VISIBLE >= 202405
typedef struct {
    const char *dli_fname;
    void *dli_fbase;
    const char *dli_sname;
    void *dli_saddr;
} Dl_info_t;
#endif
#if __GNU_VISIBLE
#define RTLD_DEFAULT ((void *)0)
#define RTLD_NEXT    ((void *)-1)
typedef Dl_info_t Dl_info;
#endif

__BEGIN_DECLS
void *dlopen(const char *__file, int __mode);
void *dlsym(void *__restrict __handle, const char *__restrict __name);
int dlclose(void *__handle);
char *dlerror(void);
#if __POSIX_VISIBLE >= 202405
int dladdr(const void *__restrict __address, Dl_info_t *__restrict __info);
#endif
__END_DECLS
