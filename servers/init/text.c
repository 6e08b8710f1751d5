/* text.c: a text that grows. */
#include "servers/init/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_add(struct text *text, const char *bytes, size_t length)
{
    if (text->length + length + 1 > text->room) {
        size_t room = (text->length + length + 1) * 2;
        char *grown = realloc(text->bytes, room);
        if (!grown)
            return;
        text->bytes = grown;
        text->room = room;
    }
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_format(struct text *text, const char *format, ...)
{
    char line[512];
    va_list args;

    va_start(args, format);
    int length = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (length > 0)
        text_add(text, line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
}

void text_free(struct text *text)
{
    free(text->bytes);
    *text = (struct text){0};
}
