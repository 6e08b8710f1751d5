/* hosts.c: the older calls for names of hosts, from /etc/hosts. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include "internal/netfile.h"

static struct netfile hosts;
static _Thread_local int host_error;

int *__h_errno(void)
{
    return &host_error;
}

void sethostent(int stay_open)
{
    (void)stay_open;
    __netfile_end(&hosts);
}

void endhostent(void)
{
    __netfile_end(&hosts);
}

/* Fill in the one entry that these calls share. */
static struct hostent *make_entry(int family, const void *address, char *name, char **aliases)
{
    static struct hostent entry;
    static union {
        struct in_addr v4;
        struct in6_addr v6;
    } room;
    static char *addresses[2] = {(char *)&room, NULL};
    int length = family == AF_INET ? 4 : 16;
    memcpy(&room, address, (size_t)length);
    entry = (struct hostent){name, aliases, family, length, addresses};
    return &entry;
}

struct hostent *gethostent(void)
{
    struct in_addr v4;
    struct in6_addr v6;
    while (__netfile_next(&hosts, "/etc/hosts", 2)) {
        if (inet_pton(AF_INET, hosts.words[0], &v4) == 1)
            return make_entry(AF_INET, &v4, hosts.words[1], hosts.words + 2);
        if (inet_pton(AF_INET6, hosts.words[0], &v6) == 1)
            return make_entry(AF_INET6, &v6, hosts.words[1], hosts.words + 2);
    }
    host_error = HOST_NOT_FOUND;
    return NULL;
}

struct hostent *gethostbyname(const char *name)
{
    static char *no_aliases[1], numeric[INET_ADDRSTRLEN];
    struct in_addr address;
    if (inet_aton(name, &address)) {
        strlcpy(numeric, name, sizeof numeric);
        return make_entry(AF_INET, &address, numeric, no_aliases);
    }
    sethostent(0);
    for (struct hostent *entry = gethostent(); entry; entry = gethostent()) {
        if (entry->h_addrtype != AF_INET)
            continue;
        for (size_t i = 1; i < hosts.count; i++) {
            if (strcasecmp(name, hosts.words[i]) == 0)
                return entry;
        }
    }
    return NULL;
}

struct hostent *gethostbyaddr(const void *address, socklen_t length, int family)
{
    struct hostent *entry;
    sethostent(0);
    do
        entry = gethostent();
    while (entry && (entry->h_addrtype != family || (socklen_t)entry->h_length != length ||
                     memcmp(entry->h_addr, address, length) != 0));
    return entry;
}

const char *hstrerror(int error)
{
    switch (error) {
    case HOST_NOT_FOUND: return "Host not found";
    case TRY_AGAIN: return "Try again";
    case NO_RECOVERY: return "Non-recoverable error";
    case NO_DATA: return "Address not available";
    default: return "Unknown error";
    }
}

void herror(const char *text)
{
    fprintf(stderr, "%s%s%s\n", text ? text : "", text && *text ? ": " : "", hstrerror(host_error));
}
