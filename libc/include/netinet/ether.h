/* netinet/ether.h: the text of Ethernet addresses. There is no table of names. */
#pragma once
#include <net/ethernet.h>

__BEGIN_DECLS
char *ether_ntoa(const struct ether_addr *address);
char *ether_ntoa_r(const struct ether_addr *address, char *text);
struct ether_addr *ether_aton(const char *text);
struct ether_addr *ether_aton_r(const char *text, struct ether_addr *address);
int ether_line(const char *line, struct ether_addr *address, char *host);
int ether_ntohost(char *host, const struct ether_addr *address);
int ether_hostton(const char *host, struct ether_addr *address);
__END_DECLS
