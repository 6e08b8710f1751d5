/* logring.h: the last lines of a service: a ring of bytes, and the cutting of a stream into lines. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "servers/init/text.h"

#define LOGRING_SIZE     8192u
#define LOGRING_LINE_MAX 512u

struct logring {
    char bytes[LOGRING_SIZE];
    uint64_t end;                /* bytes ever added */
    char line[LOGRING_LINE_MAX]; /* the line that has not ended yet */
    size_t line_length;
};

typedef void logring_line_fn(void *context, const char *line, size_t length);

/* Adds a whole line; the newline comes from here. */
void logring_add_line(struct logring *ring, const char *line, size_t length);

/* Adds a stream's next bytes; each line that ends (or is longer than LOGRING_LINE_MAX) goes to each_line too. */
void logring_feed(struct logring *ring, const char *bytes, size_t length,
                  logring_line_fn *each_line, void *context);
/* The stream has ended: what is left is a line. */
void logring_flush(struct logring *ring, logring_line_fn *each_line, void *context);

/* All that is kept, from the first whole line on. */
void logring_read(const struct logring *ring, struct text *out);
