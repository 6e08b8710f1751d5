/* sys/fcntl.h: the old place of <fcntl.h>. */
#pragma once
#include <fcntl.h>
