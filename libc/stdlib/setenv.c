/*
 * setenv.c: change the environment. The vector that the process began with is not ours to grow or to free, so the first
 * change copies it; `owned` lists the strings that setenv made, so that replacing one frees it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "internal/libc.h"
#include "internal/lock.h"

static struct libc_lock lock;
static char **vector; /* the copy, when environ == vector */
static size_t capacity;
static char **owned;
static size_t owned_count;

static size_t count_entries(void)
{
    size_t n = 0;
    while (environ && environ[n])
        n++;
    return n;
}

/* Make environ a vector of ours with room for one more entry. */
static bool make_room_locked(size_t count)
{
    if (environ == vector && vector && count + 2 <= capacity)
        return true;
    size_t want = count * 2 + 16;
    char **grown = realloc(environ == vector ? vector : NULL, want * sizeof *grown);
    if (!grown)
        return false;
    if (environ != vector || !vector) {
        if (count)
            memcpy(grown, environ, count * sizeof *grown);
        grown[count] = NULL;
    }
    environ = vector = grown;
    capacity = want;
    return true;
}

static void release_locked(char *entry)
{
    for (size_t i = 0; i < owned_count; i++) {
        if (owned[i] == entry) {
            owned[i] = owned[--owned_count];
            free(entry);
            return;
        }
    }
}

static bool own_locked(char *entry)
{
    if (owned_count % 16 == 0) {
        char **grown = realloc(owned, (owned_count + 16) * sizeof *grown);
        if (!grown)
            return false;
        owned = grown;
    }
    owned[owned_count++] = entry;
    return true;
}

static size_t find(const char *name, size_t len, size_t count)
{
    size_t i = 0;
    while (i < count && !(strncmp(environ[i], name, len) == 0 && environ[i][len] == '='))
        i++;
    return i;
}

static bool put_locked(char *entry, size_t name_len)
{
    size_t count = count_entries(), at = find(entry, name_len, count);
    if (at < count) {
        char *old = environ[at];
        environ[at] = entry;
        if (old != entry)
            release_locked(old);
        return true;
    }
    if (!make_room_locked(count))
        return false;
    environ[count] = entry;
    environ[count + 1] = NULL;
    return true;
}

static int check_name(const char *name, size_t *len)
{
    *len = name ? strcspn(name, "=") : 0;
    if (*len == 0 || name[*len]) {
        errno = EINVAL;
        return -1;
    }
    return 0;
}

int setenv(const char *name, const char *value, int overwrite)
{
    size_t len;
    if (check_name(name, &len) < 0)
        return -1;
    if (!overwrite && getenv(name))
        return 0;
    size_t value_len = strlen(value);
    char *entry = malloc(len + value_len + 2);
    if (!entry)
        return -1;
    memcpy(entry, name, len);
    entry[len] = '=';
    memcpy(entry + len + 1, value, value_len + 1);
    libc_lock(&lock);
    bool ok = own_locked(entry);
    if (ok && !put_locked(entry, len)) {
        release_locked(entry);
        entry = NULL;
    } else if (!ok) {
        free(entry);
        entry = NULL;
    }
    libc_unlock(&lock);
    return entry ? 0 : -1;
}

int unsetenv(const char *name)
{
    size_t len;
    if (check_name(name, &len) < 0)
        return -1;
    libc_lock(&lock);
    size_t count = count_entries();
    for (size_t at; (at = find(name, len, count)) < count; count--) {
        char *old = environ[at];
        memmove(environ + at, environ + at + 1, (count - at) * sizeof *environ);
        release_locked(old);
    }
    libc_unlock(&lock);
    return 0;
}

int putenv(char *entry)
{
    size_t len = strcspn(entry, "=");
    if (!entry[len])
        return unsetenv(entry);
    libc_lock(&lock);
    bool ok = put_locked(entry, len);
    libc_unlock(&lock);
    return ok ? 0 : -1;
}

int clearenv(void)
{
    libc_lock(&lock);
    if (environ == vector) {
        free(vector);
        vector = NULL;
        capacity = 0;
    }
    environ = NULL;
    while (owned_count > 0)
        free(owned[--owned_count]);
    libc_unlock(&lock);
    return 0;
}
