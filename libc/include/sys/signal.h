/* sys/signal.h: the old place of <signal.h>. */
#pragma once
#include <signal.h>
