/* sys/param.h: the BSD names of some limits. */
#pragma once
#include <limits.h>
#include <endian.h>

#define MAXPATHLEN     PATH_MAX
#define MAXNAMLEN      NAME_MAX
#define MAXSYMLINKS    SYMLOOP_MAX
#define MAXHOSTNAMELEN HOST_NAME_MAX
#define NGROUPS        NGROUPS_MAX
#define NOFILE         OPEN_MAX
#define NCARGS         ARG_MAX
#define HZ             100
#define DEV_BSIZE      512
#define NBBY           8

#define MIN(a, b)      ((a) < (b) ? (a) : (b))
#define MAX(a, b)      ((a) > (b) ? (a) : (b))
#define howmany(n, d)  (((n) + ((d) - 1)) / (d))
#define roundup(n, to) (howmany(n, to) * (to))
#define powerof2(n)    (!(((n) - 1) & (n)))
#define setbit(map, i) ((map)[(i) / NBBY] |= 1 << ((i) % NBBY))
#define clrbit(map, i) ((map)[(i) / NBBY] &= ~(1 << ((i) % NBBY)))
#define isset(map, i)  ((map)[(i) / NBBY] & (1 << ((i) % NBBY)))
#define isclr(map, i)  (!isset(map, i))
