/* logring.c: the last lines of a service. */
#include "servers/init/logring.h"

#include <stdbool.h>
#include <string.h>

static void add_byte(struct logring *ring, char c)
{
    ring->bytes[ring->end++ % LOGRING_SIZE] = c;
}

void logring_add_line(struct logring *ring, const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++)
        add_byte(ring, line[i]);
    add_byte(ring, '\n');
}

void logring_flush(struct logring *ring, logring_line_fn *each_line, void *context)
{
    if (ring->line_length == 0)
        return;
    logring_add_line(ring, ring->line, ring->line_length);
    each_line(context, ring->line, ring->line_length);
    ring->line_length = 0;
}

void logring_feed(struct logring *ring, const char *bytes, size_t length,
                  logring_line_fn *each_line, void *context)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n') {
            logring_flush(ring, each_line, context);
            continue;
        }
        ring->line[ring->line_length++] = bytes[i];
        if (ring->line_length == LOGRING_LINE_MAX)
            logring_flush(ring, each_line, context);
    }
}

void logring_read(const struct logring *ring, struct text *out)
{
    bool wrapped = ring->end > LOGRING_SIZE;
    uint64_t start = wrapped ? ring->end - LOGRING_SIZE : 0;

    if (wrapped) { /* The oldest line is cut. */
        while (start < ring->end && ring->bytes[start % LOGRING_SIZE] != '\n')
            start++;
        start++;
    }
    for (; start < ring->end; start++)
        text_add(out, &ring->bytes[start % LOGRING_SIZE], 1);
}
