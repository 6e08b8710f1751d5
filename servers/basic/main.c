/* main.c: `basic null zero rand full`: one process, a thread for each of the schemes named. */
#include <pthread.h>
#include <string.h>

#include <dyad/syscall.h>

#include "servers/basic/basic.h"
#include "servers/lib/service.h"
#include "servers/lib/transport.h"

static const char *const names[] = {"null", "zero", "rand", "full"};
#define KINDS (sizeof(names) / sizeof(names[0]))

struct instance {
    struct basic basic;
    struct server server;
    struct transport_scheme transport;
    pthread_t thread;
};

static int64_t entropy(void *buffer, size_t len)
{
    return dyad_entropy(buffer, len);
}

static void *run(void *arg)
{
    struct instance *instance = arg;
    service_log(names[instance->basic.kind], "stopped", server_run(&instance->server));
    return NULL;
}

static int kind_of(const char *name)
{
    for (size_t i = 0; i < KINDS; i++) {
        if (strcmp(name, names[i]) == 0)
            return (int)i;
    }
    return -1;
}

static int64_t prepare(struct instance *instance, const char *name)
{
    int kind = kind_of(name);
    if (kind < 0)
        return -ERR_INVAL;
    int64_t scheme = service_register(name);
    if (scheme < 0)
        return scheme;
    transport_scheme_init(&instance->transport, (handle_t)scheme);
    return basic_init(&instance->basic, &instance->server, &instance->transport.transport,
                      (enum basic_kind)kind, entropy);
}

/* Every scheme but the last gets a thread; the last runs here. */
int main(int argc, char **argv)
{
    static struct instance instances[KINDS];
    int count = argc - 1;
    if (count < 1 || count > (int)KINDS) {
        service_log("basic", "usage: basic null|zero|rand|full ...", 0);
        return 2;
    }
    for (int i = 0; i < count; i++) {
        int64_t result = prepare(&instances[i], argv[1 + i]);
        if (result) {
            service_log("basic", argv[1 + i], result);
            return 1;
        }
    }
    for (int i = 0; i < count - 1; i++) {
        int error = pthread_create(&instances[i].thread, NULL, run, &instances[i]);
        if (error) {
            service_log("basic", "cannot start a thread", -error);
            return 1;
        }
    }
    service_ready();
    run(&instances[count - 1]);
    return 1;
}
