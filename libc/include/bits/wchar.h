/* bits/wchar.h: wchar_t, without the rest of <stddef.h>. */
#pragma once
#define __need_wchar_t
#include <stddef.h>
