/* bits/mbstate.h: mbstate_t, for <wchar.h> and <uchar.h>. */
#pragma once

typedef struct {
    unsigned __partial;
    unsigned __left;
} mbstate_t;
