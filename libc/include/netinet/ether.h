/* netinet/ether.h: the text of Ethernet addresses. There is no table of names. */
#pragma once
#include <net/ethernet.h>

__BEGIN_DECLS
char *ether_ntoa(const struct ether_addr *__address);
char *ether_ntoa_r(const struct ether_addr *__address, char *__text);
struct ether_addr *ether_aton(const char *__text);
struct ether_addr *ether_aton_r(const char *__text, struct ether_addr *__address);
int ether_line(const char *__line, struct ether_addr *__address, char *__host);
int ether_ntohost(char *__host, const struct ether_addr *__address);
int ether_hostton(const char *__host, struct ether_addr *__address);
__END_DECLS
