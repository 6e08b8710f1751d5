/* sys/un.h: addresses of sockets in the file system. */
#pragma once
#include <features.h>
#include <bits/sa_family.h>

struct sockaddr_un {
    sa_family_t sun_family;
    char sun_path[108];
};

#if __MISC_VISIBLE
#define SUN_LEN(address) (sizeof(sa_family_t) + __builtin_strlen((address)->sun_path))
#endif
