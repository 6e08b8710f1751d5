/* format.c: the small printf of the kernel. */
#include <stdarg.h>

#include "core/log.h"

struct sink {
    char *to;
    size_t bytes, length;
};

static void put(struct sink *sink, char c)
{
    if (sink->length + 1 < sink->bytes)
        sink->to[sink->length] = c;
    sink->length++;
}

static void put_number(struct sink *sink, uint64_t value, unsigned base, int width, bool zero,
                       bool negative)
{
    char digits[24];
    int count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    int padding = width - count - negative;
    if (negative && zero)
        put(sink, '-');
    while (padding-- > 0)
        put(sink, zero ? '0' : ' ');
    if (negative && !zero)
        put(sink, '-');
    while (count > 0)
        put(sink, digits[--count]);
}

static void put_text(struct sink *sink, const char *text, int width)
{
    int length = 0;
    for (; text[length] != '\0'; length++)
        put(sink, text[length]);
    while (length++ < width)
        put(sink, ' ');
}

/* One conversion after '%'; returns the character behind it. */
static const char *put_conversion(struct sink *sink, const char *f, va_list *args)
{
    bool zero = *f == '0', wide = false;
    int width = 0;
    while (*f >= '0' && *f <= '9')
        width = width * 10 + (*f++ - '0');
    while (*f == 'l' || *f == 'z') {
        wide = true;
        f++;
    }
    int64_t number;
    switch (*f) {
    case 's': put_text(sink, va_arg(*args, const char *), width); break;
    case 'c': put(sink, (char)va_arg(*args, int)); break;
    case 'd':
        number = wide ? va_arg(*args, long) : va_arg(*args, int);
        put_number(sink, number < 0 ? -(uint64_t)number : (uint64_t)number, 10, width, zero,
                   number < 0);
        break;
    case 'u':
    case 'x':
        put_number(sink, wide ? va_arg(*args, unsigned long) : va_arg(*args, unsigned),
                   *f == 'u' ? 10 : 16, width, zero, false);
        break;
    case 'p':
        put_number(sink, (uint64_t)(uintptr_t)va_arg(*args, void *), 16, width, zero, false);
        break;
    case '\0': return f;
    default: put(sink, *f);
    }
    return f + 1;
}

size_t format_text_va(char *to, size_t bytes, const char *format, va_list *args)
{
    struct sink sink = {.to = to, .bytes = bytes};
    while (*format != '\0') {
        if (*format != '%')
            put(&sink, *format++);
        else
            format = put_conversion(&sink, format + 1, args);
    }
    if (bytes > 0)
        to[sink.length < bytes ? sink.length : bytes - 1] = '\0';
    return sink.length;
}

size_t format_text(char *to, size_t bytes, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    size_t length = format_text_va(to, bytes, format, &args);
    va_end(args);
    return length;
}
