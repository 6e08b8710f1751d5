/* net/if.h: network interfaces. There are none until there is a network server. */
#pragma once
#include <features.h>
#if __MISC_VISIBLE
#include <sys/socket.h>
#endif

#define IF_NAMESIZE 16
#if __MISC_VISIBLE
#define IFNAMSIZ IF_NAMESIZE

#define IFF_UP          0x1
#define IFF_BROADCAST   0x2
#define IFF_LOOPBACK    0x8
#define IFF_POINTOPOINT 0x10
#define IFF_RUNNING     0x40
#define IFF_MULTICAST   0x1000
#endif

struct if_nameindex {
    unsigned if_index;
    char *if_name;
};

#if __MISC_VISIBLE
struct ifreq {
    char ifr_name[IF_NAMESIZE];
    union {
        struct sockaddr ifr_addr;
        struct sockaddr ifr_netmask;
        struct sockaddr ifr_hwaddr;
        short ifr_flags;
        int ifr_ifindex;
        int ifr_mtu;
    };
};
#endif

__BEGIN_DECLS
unsigned if_nametoindex(const char *__name);
char *if_indextoname(unsigned __index, char *__name);
struct if_nameindex *if_nameindex(void);
void if_freenameindex(struct if_nameindex *__list);
__END_DECLS
