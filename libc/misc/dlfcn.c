/* dlfcn.c: there is no loader: what would need it fails (docs/posix.md). */
#include <dlfcn.h>
#include <stddef.h>

static _Thread_local const char *failure;

static void *fail(const char *why)
{
    failure = why;
    return NULL;
}

void *dlopen(const char *file, int mode)
{
    (void)mode;
    return fail(file ? "Dyad loads no objects at run time"
                     : "the program is static and has no symbols");
}

void *dlsym(void *restrict handle, const char *restrict name)
{
    (void)handle, (void)name;
    return fail("the program is static and has no symbols");
}

int dlclose(void *handle)
{
    (void)handle;
    fail("there is no such object");
    return -1;
}

/* Once for each failure. */
char *dlerror(void)
{
    const char *last = failure;
    failure = NULL;
    return (char *)last;
}

/* 0: the address belongs to no object that was loaded. */
int dladdr(const void *restrict address, Dl_info_t *restrict info)
{
    (void)address, (void)info;
    return 0;
}
