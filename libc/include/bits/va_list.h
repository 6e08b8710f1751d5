/* bits/va_list.h: va_list, without the rest of <stdarg.h>, which has the same guard. */
#pragma once
#ifndef _VA_LIST
#define _VA_LIST
typedef __builtin_va_list va_list;
#endif
