/* sys/ucontext.h: another name of ucontext.h. */
#pragma once
#include <ucontext.h>
