/* netinet/tcp.h: options of TCP. */
#pragma once

#define TCP_NODELAY   1
#define TCP_MAXSEG    2
#define TCP_CORK      3
#define TCP_KEEPIDLE  4
#define TCP_KEEPINTVL 5
#define TCP_KEEPCNT   6
#define TCP_SYNCNT    7
#define TCP_QUICKACK  12
