/* self.c: the calling thread. */
#include <pthread.h>
#include <unistd.h>
#include "internal/gate.h"

uint32_t __thread_id(struct thread *self)
{
    if (self->id == 0)
        self->id = (uint32_t)dyad_thread_control(THREAD_SELF, 0, 0);
    return self->id;
}

pthread_t pthread_self(void)
{
    return (pthread_t)__thread_self();
}

int pthread_equal(pthread_t a, pthread_t b)
{
    return a == b;
}

pid_t gettid(void)
{
    return (pid_t)__thread_id(__thread_self());
}
