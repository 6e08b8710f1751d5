/* bits/sa_family.h: sa_family_t, for <sys/socket.h> and <sys/un.h>. */
#pragma once

typedef unsigned short sa_family_t;
