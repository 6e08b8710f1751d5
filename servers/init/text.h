/* text.h: a text that grows. After a failed allocation it keeps what it has and drops the rest. */
#pragma once
#include <stddef.h>

struct text {
    char *bytes; /* always terminated; NULL while empty */
    size_t length, room;
};

void text_add(struct text *text, const char *bytes, size_t length);
__attribute__((format(printf, 2, 3))) void text_format(struct text *text, const char *format, ...);
void text_free(struct text *text);
