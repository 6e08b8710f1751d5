/* services.c: names of services and protocols. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include "internal/netfile.h"

static struct netfile services, protocols, networks;

void setservent(int stay_open)
{
    (void)stay_open;
    __netfile_end(&services);
}

void endservent(void)
{
    __netfile_end(&services);
}

struct servent *getservent(void)
{
    static struct servent entry;
    while (__netfile_next(&services, "/etc/services", 2)) {
        char *protocol = strchr(services.words[1], '/');
        if (!protocol)
            continue;
        *protocol++ = '\0';
        long port = __port_number(services.words[1]);
        if (port < 0)
            continue;
        entry = (struct servent){services.words[0], services.words + 2, htons((uint16_t)port),
                                 protocol};
        return &entry;
    }
    return NULL;
}

static int has_name(const char *name, const char *first, char **others)
{
    if (strcmp(name, first) == 0)
        return 1;
    while (*others && strcmp(name, *others) != 0)
        others++;
    return *others != NULL;
}

struct servent *getservbyname(const char *name, const char *protocol)
{
    struct servent *entry;
    setservent(0);
    do
        entry = getservent();
    while (entry && (!has_name(name, entry->s_name, entry->s_aliases) ||
                     (protocol && strcmp(protocol, entry->s_proto) != 0)));
    return entry;
}

struct servent *getservbyport(int port, const char *protocol)
{
    struct servent *entry;
    setservent(0);
    do
        entry = getservent();
    while (entry && (entry->s_port != port || (protocol && strcmp(protocol, entry->s_proto) != 0)));
    return entry;
}

void setprotoent(int stay_open)
{
    (void)stay_open;
    __netfile_end(&protocols);
}

void endprotoent(void)
{
    __netfile_end(&protocols);
}

struct protoent *getprotoent(void)
{
    static struct protoent entry;
    while (__netfile_next(&protocols, "/etc/protocols", 2)) {
        long number = __port_number(protocols.words[1]);
        if (number < 0)
            continue;
        entry = (struct protoent){protocols.words[0], protocols.words + 2, (int)number};
        return &entry;
    }
    return NULL;
}

struct protoent *getprotobyname(const char *name)
{
    struct protoent *entry;
    setprotoent(0);
    do
        entry = getprotoent();
    while (entry && !has_name(name, entry->p_name, entry->p_aliases));
    return entry;
}

struct protoent *getprotobynumber(int number)
{
    struct protoent *entry;
    setprotoent(0);
    do
        entry = getprotoent();
    while (entry && entry->p_proto != number);
    return entry;
}

void setnetent(int stay_open)
{
    (void)stay_open;
    __netfile_end(&networks);
}

void endnetent(void)
{
    __netfile_end(&networks);
}

struct netent *getnetent(void)
{
    static struct netent entry;
    struct in_addr address;
    while (__netfile_next(&networks, "/etc/networks", 2)) {
        if (!inet_aton(networks.words[1], &address))
            continue;
        entry =
            (struct netent){networks.words[0], networks.words + 2, AF_INET, ntohl(address.s_addr)};
        return &entry;
    }
    return NULL;
}

struct netent *getnetbyname(const char *name)
{
    struct netent *entry;
    setnetent(0);
    do
        entry = getnetent();
    while (entry && !has_name(name, entry->n_name, entry->n_aliases));
    return entry;
}

struct netent *getnetbyaddr(uint32_t net, int family)
{
    struct netent *entry;
    setnetent(0);
    do
        entry = getnetent();
    while (entry && (family != entry->n_addrtype || net != entry->n_net));
    return entry;
}
