/*
 * bits/int_types.h: the integers of exact widths and intptr_t, for stdint.h and the headers that may not show its limits.
 * Said in C's own types, which are those of clang and gcc: tcc does not predefine __INT8_TYPE__ and its kin.
 */
#pragma once

typedef signed char int8_t;
typedef short int16_t;
typedef int int32_t;
typedef long int64_t;
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long uint64_t;
typedef long intptr_t;
