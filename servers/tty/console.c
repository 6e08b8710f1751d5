/* console.c: see console.h. */
#include "servers/tty/console.h"

#include <string.h>

#include <dyad/syscall.h>

static handle_t open_path(const char *path, uint32_t flags)
{
    int64_t handle = dyad_open(HANDLE_NONE, path, strlen(path), flags | FILE_NONBLOCK, 0, NULL);
    return handle < 0 ? HANDLE_NONE : (handle_t)handle;
}

static void close_handle(handle_t *handle)
{
    if (*handle != HANDLE_NONE)
        (void)dyad_handle_close(*handle);
    *handle = HANDLE_NONE;
}

static bool open_served(struct console *c)
{
    c->input = open_path("console:input", FILE_READ);
    c->output = c->input == HANDLE_NONE ? HANDLE_NONE : open_path("console:output", FILE_WRITE);
    if (c->output == HANDLE_NONE) {
        close_handle(&c->input);
        return false;
    }
    c->size = open_path("console:size", FILE_READ);
    return true;
}

static void close_all(struct console *c)
{
    if (c->watched)
        server_unwatch(c->server, c->input_watch);
    if (c->watched && c->served)
        server_unwatch(c->server, c->output_watch);
    c->watched = false;
    if (!c->served)
        c->output = HANDLE_NONE;
    close_handle(&c->input);
    close_handle(&c->output);
    close_handle(&c->size);
}

static int watch(struct console *c)
{
    int error =
        server_watch(c->server, c->input, EVENT_READABLE, c->event, c->arg, &c->input_watch);
    if (error == 0 && c->served) {
        error =
            server_watch(c->server, c->output, EVENT_WRITABLE, c->event, c->arg, &c->output_watch);
        if (error < 0)
            server_unwatch(c->server, c->input_watch);
    }
    c->watched = error == 0;
    if (error == 0 && !c->served && c->size != HANDLE_NONE)
        /* Without it the size just never changes. */
        (void)server_watch(c->server, c->size, EVENT_READABLE, c->size_event, c->arg, NULL);
    if (error == 0)
        console_want(c, c->wants_input, c->wants_output);
    return error;
}

int console_open(struct console *c)
{
    c->served = open_served(c);
    if (!c->served) {
        c->input = c->output = open_path("hw:console/0", FILE_RDWR);
        c->size = open_path("hw:console/size", FILE_READ);
    }
    if (c->input == HANDLE_NONE)
        return -ERR_NODEV;
    int error = watch(c);
    if (error < 0)
        close_all(c);
    return error;
}

/* The server has gone: wait for its next instance, or go on at the kernel's console. */
static int64_t reopen(struct console *c)
{
    close_all(c);
    int error = console_open(c);
    if (error < 0)
        return error;
    c->reopened(c->arg);
    return -ERR_AGAIN;
}

int64_t console_read(struct console *c, uint8_t *bytes, size_t length)
{
    int64_t got = dyad_read(c->input, bytes, length, -1);
    return got == 0 && c->served ? reopen(c) : got;
}

int64_t console_write(struct console *c, const uint8_t *bytes, size_t length)
{
    int64_t written = dyad_write(c->output, bytes, length, -1);
    return written == -ERR_PIPE && c->served ? reopen(c) : written;
}

void console_want(struct console *c, bool input, bool output)
{
    uint32_t in = input ? EVENT_READABLE : 0, out = output ? EVENT_WRITABLE : 0;

    c->wants_input = input;
    c->wants_output = output;
    if (!c->watched)
        return;
    (void)server_watch_mask(c->server, c->input_watch, c->served ? in : in | out);
    if (c->served)
        (void)server_watch_mask(c->server, c->output_watch, out);
}

int console_size(struct console *c, struct tty_winsize *size)
{
    if (c->size == HANDLE_NONE)
        return -ERR_NODEV;
    int64_t got = dyad_read(c->size, size, sizeof *size, c->served ? -1 : 0);
    return got == sizeof *size ? 0 : -ERR_IO;
}
