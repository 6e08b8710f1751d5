/* sys/poll.h: the old place of <poll.h>. */
#pragma once
#include <poll.h>
