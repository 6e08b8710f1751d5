/* log.h: the kernel's ring log. */
#pragma once
#include <stdarg.h>

#include "core/base.h"

struct machine;
struct klog;

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };
#define KLOG_BYTES (64UL * 1024)

MUST_CHECK status_t log_init(struct machine *machine);
void log_fini(struct machine *machine);
/* One line, without newline. Formats: %s %d %u %x %c %% with l and ll, %p, width and 0. Any context; takes LOCK_LOG. */
void log_line(struct machine *machine, enum log_level level, const char *format, ...)
    PRINTF_LIKE(3, 4);
void log_text(struct machine *machine, enum log_level level, const char *text, size_t bytes);
/* The same for a program's line: it reaches whoever watches the machine only from verbosity LOG_INFO on. */
void log_guest_text(struct machine *machine, enum log_level level, const char *text, size_t bytes);
/* Bytes from position *offset of the log (counted since boot; older than kept: moved up to the oldest). -> bytes copied. */
size_t log_read(struct machine *machine, uint64_t *offset, char *to, size_t bytes);
uint64_t log_end(struct machine *machine);
/* For %-formatting into a buffer elsewhere (kernel schemes): always terminates; -> length it would have. */
size_t format_text(char *to, size_t bytes, const char *format, ...) PRINTF_LIKE(3, 4);
size_t format_text_va(char *to, size_t bytes, const char *format, va_list *args);
