/* log.c: the kernel's ring log: the newest KLOG_BYTES of text, addressed by bytes since boot. */
#include "core/log.h"

#include <stdarg.h>

#include "core/machine.h"

#define LOG_LINE_MAX 320

struct klog {
    struct lock lock; /* rank LOCK_LOG */
    uint64_t end GUARDED_BY(&lock);
    char ring[KLOG_BYTES] GUARDED_BY(&lock);
};

static const char *const level_names[] = {"error", "warning", "info", "debug"};

status_t log_init(struct machine *machine)
{
    struct klog *log = heap_alloc(machine, sizeof *log);
    if (log == NULL)
        return -ERR_NOMEM;
    lock_init(&log->lock, LOCK_LOG);
    machine->log = log;
    return 0;
}

void log_fini(struct machine *machine)
{
    heap_free(machine, machine->log);
    machine->log = NULL;
}

static void log_append(struct klog *log, const char *line, size_t bytes)
{
    lock_acquire(&log->lock);
    for (size_t i = 0; i < bytes; i++)
        log->ring[(log->end + i) % KLOG_BYTES] = line[i];
    log->end += bytes;
    lock_release(&log->lock);
}

/* Lines up to level `shown` of the machine's verbosity also go to ARCH_DEVICE_LOG. */
static void log_put(struct machine *machine, enum log_level level, enum log_level shown,
                    const char *text, size_t bytes)
{
    char line[LOG_LINE_MAX];
    uint64_t us = arch_time_ns(DYAD_CLOCK_MONOTONIC) / 1000;
    size_t length = format_text(line, sizeof line, "%lu.%06lu %s ", (unsigned long)(us / 1000000),
                                (unsigned long)(us % 1000000), level_names[level]);
    for (size_t i = 0; i < bytes && length < sizeof line - 1; i++)
        line[length++] = text[i] >= ' ' || text[i] == '\t' ? text[i] : '?';
    line[length++] = '\n';
    if (machine->log != NULL)
        log_append(machine->log, line, length);
    if (machine->log == NULL || (uint32_t)shown <= machine->boot.verbosity)
        (void)arch_device_write(ARCH_DEVICE_LOG, line, length);
}

void log_text(struct machine *machine, enum log_level level, const char *text, size_t bytes)
{
    log_put(machine, level, level, text, bytes);
}

void log_guest_text(struct machine *machine, enum log_level level, const char *text, size_t bytes)
{
    log_put(machine, level, level > LOG_INFO ? level : LOG_INFO, text, bytes);
}

void log_line(struct machine *machine, enum log_level level, const char *format, ...)
{
    char text[LOG_LINE_MAX - 40];
    va_list args;
    va_start(args, format);
    size_t length = format_text_va(text, sizeof text, format, &args);
    va_end(args);
    log_text(machine, level, text, length < sizeof text ? length : sizeof text - 1);
}

size_t log_read(struct machine *machine, uint64_t *offset, char *to, size_t bytes)
{
    struct klog *log = machine->log;
    size_t copied = 0;
    lock_acquire(&log->lock);
    uint64_t oldest = log->end > KLOG_BYTES ? log->end - KLOG_BYTES : 0;
    if (*offset < oldest)
        *offset = oldest;
    for (; copied < bytes && *offset + copied < log->end; copied++)
        to[copied] = log->ring[(*offset + copied) % KLOG_BYTES];
    lock_release(&log->lock);
    return copied;
}

uint64_t log_end(struct machine *machine)
{
    struct klog *log = machine->log;
    lock_acquire(&log->lock);
    uint64_t end = log->end;
    lock_release(&log->lock);
    return end;
}
