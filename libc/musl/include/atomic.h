/* atomic.h: stands for musl's header of that name; fma asks it for the leading zeros of a word. */
#pragma once
#define a_clz_64(x) __builtin_clzll(x)
