/* netdb.h: names of hosts, services and protocols. Names come from /etc/hosts, /etc/services, /etc/protocols. */
#pragma once
#include <features.h>
#include <netinet/in.h>

#define IPPORT_RESERVED 1024

struct hostent {
    char *h_name;
    char **h_aliases;
    int h_addrtype;
    int h_length;
    char **h_addr_list;
};
#if __MISC_VISIBLE
#define h_addr h_addr_list[0]
#endif

struct netent {
    char *n_name;
    char **n_aliases;
    int n_addrtype;
    uint32_t n_net;
};

struct protoent {
    char *p_name;
    char **p_aliases;
    int p_proto;
};

struct servent {
    char *s_name;
    char **s_aliases;
    int s_port; /* network byte order */
    char *s_proto;
};

#if __POSIX_VISIBLE >= 200112
struct addrinfo {
    int ai_flags;
    int ai_family;
    int ai_socktype;
    int ai_protocol;
    socklen_t ai_addrlen;
    struct sockaddr *ai_addr;
    char *ai_canonname;
    struct addrinfo *ai_next;
};

#define AI_PASSIVE     0x0001
#define AI_CANONNAME   0x0002
#define AI_NUMERICHOST 0x0004
#define AI_V4MAPPED    0x0008
#define AI_ALL         0x0010
#define AI_ADDRCONFIG  0x0020
#define AI_NUMERICSERV 0x0400

#define NI_NUMERICHOST  0x01
#define NI_NUMERICSERV  0x02
#define NI_NOFQDN       0x04
#define NI_NAMEREQD     0x08
#define NI_DGRAM        0x10
#define NI_NUMERICSCOPE 0x100
#if __MISC_VISIBLE
#define NI_MAXHOST 255
#define NI_MAXSERV 32
#endif

#define EAI_BADFLAGS (-1)
#define EAI_NONAME   (-2)
#define EAI_AGAIN    (-3)
#define EAI_FAIL     (-4)
#define EAI_FAMILY   (-6)
#define EAI_SOCKTYPE (-7)
#define EAI_SERVICE  (-8)
#define EAI_MEMORY   (-10)
#define EAI_SYSTEM   (-11)
#define EAI_OVERFLOW (-12)
#endif

#if __MISC_VISIBLE || __POSIX_VISIBLE < 200809
#define HOST_NOT_FOUND 1
#define TRY_AGAIN      2
#define NO_RECOVERY    3
#define NO_DATA        4
#endif

__BEGIN_DECLS
#if __MISC_VISIBLE || __POSIX_VISIBLE < 200809
extern int *__h_errno(void);
#define h_errno (*__h_errno())
#endif

#if __POSIX_VISIBLE >= 200112
int getaddrinfo(const char *__restrict __node, const char *__restrict __service,
                const struct addrinfo *__restrict __hints, struct addrinfo **__restrict __result);
void freeaddrinfo(struct addrinfo *__list);
int getnameinfo(const struct sockaddr *__restrict __address, socklen_t __length,
                char *__restrict __node, socklen_t __node_size, char *__restrict __service,
                socklen_t __service_size, int __flags);
const char *gai_strerror(int __error);
#endif

void sethostent(int __stay_open);
struct hostent *gethostent(void);
void endhostent(void);
void setnetent(int __stay_open);
struct netent *getnetent(void);
struct netent *getnetbyname(const char *__name);
struct netent *getnetbyaddr(uint32_t __net, int __family);
void endnetent(void);
void setprotoent(int __stay_open);
struct protoent *getprotoent(void);
struct protoent *getprotobyname(const char *__name);
struct protoent *getprotobynumber(int __number);
void endprotoent(void);
void setservent(int __stay_open);
struct servent *getservent(void);
struct servent *getservbyname(const char *__name, const char *__protocol);
struct servent *getservbyport(int __port, const char *__protocol);
void endservent(void);
#if __MISC_VISIBLE || __POSIX_VISIBLE < 200809
struct hostent *gethostbyname(const char *__name);
struct hostent *gethostbyaddr(const void *__address, socklen_t __length, int __family);
#endif
#if __MISC_VISIBLE
const char *hstrerror(int __error);
void herror(const char *__text);
#endif
__END_DECLS
