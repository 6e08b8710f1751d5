/* arpa/inet.h: the public header, and what musl's sources declare among themselves. */
#pragma once
#include_next <arpa/inet.h>

hidden int __inet_aton(const char *, struct in_addr *);
