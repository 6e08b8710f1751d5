/* sys/mount.h: BSD's place for statfs. Dyad has no mount(): a namespace says which scheme serves which name. */
#pragma once
#include <sys/statfs.h>
