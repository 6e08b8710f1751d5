/* getnameinfo.c: addresses to names, from /etc/hosts and /etc/services, else as numbers. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include "internal/netfile.h"

static int copy_name(char *to, socklen_t size, const char *from)
{
    return strlcpy(to, from, size) < size ? 0 : EAI_OVERFLOW;
}

/* The name that /etc/hosts has for the address: 1, or 0. */
static int name_from_hosts(int family, const void *bytes, size_t length, char *out, socklen_t size,
                           int *error)
{
    struct netfile hosts = {0};
    unsigned char other[16];
    int found = 0;
    while (!found && __netfile_next(&hosts, "/etc/hosts", 2)) {
        found = inet_pton(family, hosts.words[0], other) == 1 && memcmp(other, bytes, length) == 0;
        if (found)
            *error = copy_name(out, size, hosts.words[1]);
    }
    __netfile_end(&hosts);
    return found;
}

static int host_name(int family, const void *bytes, size_t length, char *out, socklen_t size,
                     int flags)
{
    char text[INET6_ADDRSTRLEN];
    int error = 0;
    if (!(flags & NI_NUMERICHOST) && name_from_hosts(family, bytes, length, out, size, &error))
        return error;
    if (flags & NI_NAMEREQD)
        return EAI_NONAME;
    inet_ntop(family, bytes, text, sizeof text);
    return copy_name(out, size, text);
}

static int service_name(in_port_t port, char *out, socklen_t size, int flags)
{
    struct netfile services = {0};
    const char *protocol = flags & NI_DGRAM ? "/udp" : "/tcp";
    char text[16];
    snprintf(text, sizeof text, "%u%s", ntohs(port), protocol);
    while (!(flags & NI_NUMERICSERV) && __netfile_next(&services, "/etc/services", 2)) {
        if (strcmp(services.words[1], text) == 0) {
            int error = copy_name(out, size, services.words[0]);
            __netfile_end(&services);
            return error;
        }
    }
    __netfile_end(&services);
    *strchr(text, '/') = '\0';
    return copy_name(out, size, text);
}

int getnameinfo(const struct sockaddr *restrict address, socklen_t length, char *restrict node,
                socklen_t node_size, char *restrict service, socklen_t service_size, int flags)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
    int is_v4 = address->sa_family == AF_INET && length >= sizeof *v4;
    int is_v6 = address->sa_family == AF_INET6 && length >= sizeof *v6;
    int error = 0;
    if (!is_v4 && !is_v6)
        return EAI_FAMILY;
    if ((!node || node_size == 0) && (!service || service_size == 0))
        return EAI_NONAME;
    if (node && node_size)
        error = is_v4 ? host_name(AF_INET, &v4->sin_addr, 4, node, node_size, flags)
                      : host_name(AF_INET6, &v6->sin6_addr, 16, node, node_size, flags);
    if (!error && service && service_size)
        error = service_name(is_v4 ? v4->sin_port : v6->sin6_port, service, service_size, flags);
    return error;
}

const char *gai_strerror(int error)
{
    switch (error) {
    case 0: return "Success";
    case EAI_BADFLAGS: return "Invalid flags";
    case EAI_NONAME: return "Name does not resolve";
    case EAI_AGAIN: return "Name server not reachable";
    case EAI_FAIL: return "Non-recoverable error";
    case EAI_FAMILY: return "Unrecognized address family or invalid length";
    case EAI_SOCKTYPE: return "Unrecognized socket type";
    case EAI_SERVICE: return "Unrecognized service";
    case EAI_MEMORY: return "Out of memory";
    case EAI_SYSTEM: return "System error";
    case EAI_OVERFLOW: return "Name too long for the buffer";
    default: return "Unknown error";
    }
}
