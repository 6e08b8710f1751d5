/* ucontext.h: the context types of signal handlers. */
#pragma once
#include <signal.h>
