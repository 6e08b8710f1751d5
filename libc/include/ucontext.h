/* ucontext.h: the context types of signal handlers. */
#pragma once
#include <features.h>
#include <bits/ucontext.h>
#if __MISC_VISIBLE
#include <signal.h>
#endif
