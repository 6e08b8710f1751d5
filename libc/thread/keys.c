/* keys.c: values that each thread has of its own. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include "internal/threads.h"

typedef void destructor(void *);

static struct libc_lock lock;
/* Guarded by lock for changes; a reader of an entry in use needs none. */
static destructor *_Atomic destructors[PTHREAD_KEYS_MAX];
static _Atomic char used[PTHREAD_KEYS_MAX];
/* Values of a deleted key's earlier life must not come back: they are tagged by generation. */
static _Atomic unsigned generations[PTHREAD_KEYS_MAX];
static _Thread_local unsigned value_generations[PTHREAD_KEYS_MAX];

int pthread_key_create(pthread_key_t *key, void (*run)(void *))
{
    int error = EAGAIN;
    libc_lock(&lock);
    for (pthread_key_t i = 0; i < PTHREAD_KEYS_MAX && error; i++) {
        if (used[i])
            continue;
        used[i] = 1;
        generations[i]++;
        destructors[i] = run;
        *key = i;
        error = 0;
    }
    libc_unlock(&lock);
    return error;
}

int pthread_key_delete(pthread_key_t key)
{
    if (key >= PTHREAD_KEYS_MAX)
        return EINVAL;
    libc_lock(&lock);
    int error = used[key] ? 0 : EINVAL;
    used[key] = 0;
    destructors[key] = NULL;
    libc_unlock(&lock);
    return error;
}

void *pthread_getspecific(pthread_key_t key)
{
    if (key >= PTHREAD_KEYS_MAX || value_generations[key] != generations[key])
        return NULL;
    return __thread_self()->values[key];
}

int pthread_setspecific(pthread_key_t key, const void *value)
{
    struct thread *self = __thread_self();
    if (key >= PTHREAD_KEYS_MAX || !used[key])
        return EINVAL;
    value_generations[key] = generations[key];
    self->values[key] = (void *)value;
    self->keys_used = true;
    return 0;
}

/* One round over all keys; true when a destructor ran, so that values may have been set again. */
static bool run_round(struct thread *self)
{
    bool ran = false;
    for (pthread_key_t key = 0; key < PTHREAD_KEYS_MAX; key++) {
        void *value = pthread_getspecific(key);
        destructor *run = destructors[key];
        self->values[key] = NULL;
        if (value && run) {
            run(value);
            ran = true;
        }
    }
    return ran;
}

void __keys_run_destructors(struct thread *self)
{
    for (int round = 0; round < PTHREAD_DESTRUCTOR_ITERATIONS && run_round(self); round++)
        ;
}
