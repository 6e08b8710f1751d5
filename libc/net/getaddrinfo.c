/*
 * getaddrinfo.c: names and services to addresses. Addresses as text, "localhost" and /etc/hosts; with no network server
 * there is no name server that could be asked for other names, which is EAI_AGAIN.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include "internal/netfile.h"

#define ADDRESSES_MAX 16

struct address {
    int family;
    union {
        struct in_addr v4;
        struct in6_addr v6;
    };
};

struct question {
    struct addrinfo hints;
    struct address addresses[ADDRESSES_MAX];
    int count;
    char name[NI_MAXHOST + 1];
    in_port_t tcp_port, udp_port; /* network byte order */
    int has_tcp, has_udp;
};

/* One piece of memory a result, so that freeaddrinfo is a loop of free. */
struct answer {
    struct addrinfo info;
    struct sockaddr_storage address;
    char name[];
};

static const struct {
    int type, protocol;
} kinds[] = {{SOCK_STREAM, IPPROTO_TCP}, {SOCK_DGRAM, IPPROTO_UDP}};

static void add_address(struct question *q, int family, const void *bytes)
{
    if (q->count == ADDRESSES_MAX ||
        (q->hints.ai_family != AF_UNSPEC && q->hints.ai_family != family))
        return;
    struct address *address = &q->addresses[q->count++];
    address->family = family;
    memcpy(&address->v4, bytes, family == AF_INET ? sizeof address->v4 : sizeof address->v6);
}

static int add_numeric(struct question *q, const char *text)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_aton(text, &v4)) {
        add_address(q, AF_INET, &v4);
        return 1;
    }
    if (inet_pton(AF_INET6, text, &v6) == 1) {
        add_address(q, AF_INET6, &v6);
        return 1;
    }
    return 0;
}

static void add_from_hosts(struct question *q, const char *node)
{
    struct netfile hosts = {0};
    while (__netfile_next(&hosts, "/etc/hosts", 2)) {
        for (size_t i = 1; i < hosts.count; i++) {
            if (strcasecmp(node, hosts.words[i]) == 0) {
                if (q->count == 0)
                    strlcpy(q->name, hosts.words[1], sizeof q->name);
                add_numeric(q, hosts.words[0]);
                break;
            }
        }
    }
    __netfile_end(&hosts);
}

static int find_addresses(struct question *q, const char *node)
{
    if (!node) {
        int passive = q->hints.ai_flags & AI_PASSIVE;
        struct in_addr v4 = {htonl(passive ? INADDR_ANY : INADDR_LOOPBACK)};
        add_address(q, AF_INET, &v4);
        add_address(q, AF_INET6, passive ? &in6addr_any : &in6addr_loopback);
        return 0;
    }
    if (strlcpy(q->name, node, sizeof q->name) >= sizeof q->name)
        return EAI_NONAME;
    if (add_numeric(q, node))
        return q->count ? 0 : EAI_NONAME; /* an address of the other family */
    if (q->hints.ai_flags & AI_NUMERICHOST)
        return EAI_NONAME;
    add_from_hosts(q, node);
    return q->count ? 0 : EAI_AGAIN;
}

static int find_service(struct question *q, const char *service)
{
    q->has_tcp = q->has_udp = 1;
    if (!service)
        return 0;
    long number = __port_number(service);
    if (number >= 0) {
        q->tcp_port = q->udp_port = htons((uint16_t)number);
        return 0;
    }
    if (q->hints.ai_flags & AI_NUMERICSERV)
        return EAI_NONAME;
    struct netfile services = {0};
    q->has_tcp = q->has_udp = 0;
    while (__netfile_next(&services, "/etc/services", 2)) {
        char *protocol = strchr(services.words[1], '/');
        size_t i = 0;
        while (i < services.count && (i == 1 || strcmp(service, services.words[i]) != 0))
            i++;
        if (!protocol || i == services.count)
            continue;
        *protocol++ = '\0';
        number = __port_number(services.words[1]);
        if (number >= 0 && !q->has_tcp && strcmp(protocol, "tcp") == 0) {
            q->has_tcp = 1;
            q->tcp_port = htons((uint16_t)number);
        }
        if (number >= 0 && !q->has_udp && strcmp(protocol, "udp") == 0) {
            q->has_udp = 1;
            q->udp_port = htons((uint16_t)number);
        }
    }
    __netfile_end(&services);
    return q->has_tcp || q->has_udp ? 0 : EAI_SERVICE;
}

static struct answer *make_answer(const struct question *q, const struct address *address,
                                  size_t kind)
{
    int named = (q->hints.ai_flags & AI_CANONNAME) && address == q->addresses;
    struct answer *answer = calloc(1, sizeof *answer + (named ? strlen(q->name) + 1 : 0));
    in_port_t port = kinds[kind].type == SOCK_STREAM ? q->tcp_port : q->udp_port;
    if (!answer)
        return NULL;
    if (address->family == AF_INET) {
        *(struct sockaddr_in *)&answer->address =
            (struct sockaddr_in){.sin_family = AF_INET, .sin_port = port, .sin_addr = address->v4};
        answer->info.ai_addrlen = sizeof(struct sockaddr_in);
    } else {
        *(struct sockaddr_in6 *)&answer->address = (struct sockaddr_in6){
            .sin6_family = AF_INET6, .sin6_port = port, .sin6_addr = address->v6};
        answer->info.ai_addrlen = sizeof(struct sockaddr_in6);
    }
    answer->info.ai_family = address->family;
    answer->info.ai_socktype = kinds[kind].type;
    answer->info.ai_protocol = kinds[kind].protocol;
    answer->info.ai_addr = (struct sockaddr *)&answer->address;
    if (named)
        answer->info.ai_canonname = strcpy(answer->name, q->name);
    return answer;
}

static int wants_kind(const struct question *q, size_t kind)
{
    const struct addrinfo *hints = &q->hints;
    return (hints->ai_socktype == 0 || hints->ai_socktype == kinds[kind].type) &&
           (hints->ai_protocol == 0 || hints->ai_protocol == kinds[kind].protocol) &&
           (kinds[kind].type == SOCK_STREAM ? q->has_tcp : q->has_udp);
}

static int make_list(const struct question *q, struct addrinfo **result)
{
    struct addrinfo *first = NULL, **end = &first;
    for (int i = 0; i < q->count; i++) {
        for (size_t kind = 0; kind < ARRAY_COUNT(kinds); kind++) {
            if (!wants_kind(q, kind))
                continue;
            struct answer *answer = make_answer(q, &q->addresses[i], kind);
            if (!answer) {
                freeaddrinfo(first);
                return EAI_MEMORY;
            }
            *end = &answer->info;
            end = &answer->info.ai_next;
        }
    }
    *result = first;
    return first ? 0 : EAI_SERVICE;
}

static int hints_error(const struct addrinfo *hints)
{
    if (hints->ai_flags & ~(AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_V4MAPPED | AI_ALL |
                            AI_ADDRCONFIG | AI_NUMERICSERV))
        return EAI_BADFLAGS;
    if (hints->ai_family != AF_UNSPEC && hints->ai_family != AF_INET &&
        hints->ai_family != AF_INET6)
        return EAI_FAMILY;
    if (hints->ai_socktype != 0 && hints->ai_socktype != SOCK_STREAM &&
        hints->ai_socktype != SOCK_DGRAM)
        return EAI_SOCKTYPE;
    return 0;
}

int getaddrinfo(const char *restrict node, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict result)
{
    struct question q = {0};
    if (!node && !service)
        return EAI_NONAME;
    if (hints)
        q.hints = *hints;
    int error = hints_error(&q.hints);
    if (!error && (q.hints.ai_flags & AI_CANONNAME) && !node)
        error = EAI_BADFLAGS;
    if (!error)
        error = find_service(&q, service);
    if (!error)
        error = find_addresses(&q, node);
    return error ? error : make_list(&q, result);
}

void freeaddrinfo(struct addrinfo *list)
{
    while (list) {
        struct addrinfo *next = list->ai_next;
        free(list); /* the first member of a struct answer */
        list = next;
    }
}
