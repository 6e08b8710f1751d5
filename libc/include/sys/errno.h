/* sys/errno.h: the old place of <errno.h>. */
#pragma once
#include <errno.h>
