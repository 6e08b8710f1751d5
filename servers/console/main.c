/*
 * main.c: /sbin/console: the text console on the framebuffer and the keyboard, as `console:`.
 *
 *   console:input    opening it (FILE_READ) gives the read end of a pipe: what is typed
 *   console:output   opening it (FILE_WRITE) gives the write end of a pipe: what is to be shown
 *   console:size     reads a struct tty_winsize
 *
 * The last one who opened a pipe has it; the end of a pipe means that this server has gone: open again. Pipes, not files, so that a client
 * (tty) neither waits for the drawing nor misses the server's death.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <dyad/syscall.h>

#include "abi/tty.h"
#include "servers/console/keys.h"
#include "servers/console/paint.h"
#include "servers/lib/service.h"
#include "servers/lib/transport.h"

#define CHUNK     16384
#define CHUNKS    8         /* taken at once at most */
#define FRAME_NS  10000000u /* between two pictures, when output keeps coming */
#define KEYS_ONCE 64

/* A pipe whose other end is a client's or another server's. */
struct line {
    handle_t handle;
    uint64_t watch;
};

struct console {
    struct server server;
    struct transport_scheme transport;
    struct painter painter;
    struct vt vt;
    handle_t screen; /* hw:screen: open means that it is ours */
    struct line keyboard, output;
    handle_t input;            /* the write end of console:input, or HANDLE_NONE */
    uint64_t shown_ns;         /* when the last picture was drawn */
    struct server_timer frame; /* when the next one is due, if anything has changed */
};

static struct console console = {
    .keyboard = {HANDLE_NONE, 0}, .output = {HANDLE_NONE, 0}, .input = HANDLE_NONE};

static handle_t open_path(const char *path, uint32_t flags)
{
    int64_t handle = dyad_open(HANDLE_NONE, path, strlen(path), flags, 0, NULL);
    if (handle < 0)
        service_log("console", path, handle);
    return handle < 0 ? HANDLE_NONE : (handle_t)handle;
}

static void line_close(struct line *line)
{
    if (line->handle == HANDLE_NONE)
        return;
    server_unwatch(&console.server, line->watch);
    (void)dyad_handle_close(line->handle);
    line->handle = HANDLE_NONE;
}

/* Owns the handle, also on failure. */
static int line_open(struct line *line, handle_t handle, server_event_fn *event)
{
    line_close(line);
    int error = server_watch(&console.server, handle, EVENT_READABLE, event, NULL, &line->watch);
    if (error < 0)
        (void)dyad_handle_close(handle);
    else
        line->handle = handle;
    return error;
}

/* ---- typed ---- */

/* What nobody reads is lost, as with any keyboard. */
static void type(void *context, const char *bytes, size_t count)
{
    (void)context;
    if (console.input != HANDLE_NONE)
        (void)dyad_write(console.input, bytes, count, -1);
}

static void keyboard_event(struct server *server, uint32_t events, void *arg);

/* At the start, and when its server has died: the open waits for the next one; without hope it fails at once. */
static void keyboard_open(void)
{
    handle_t handle = open_path("keyboard:", FILE_READ | FILE_NONBLOCK);
    line_close(&console.keyboard);
    if (handle != HANDLE_NONE)
        (void)line_open(&console.keyboard, handle, keyboard_event);
}

static void keyboard_event(struct server *server, uint32_t events, void *arg)
{
    struct input_key keys[KEYS_ONCE];
    uint8_t bytes[KEYS_BYTES_MAX];
    int64_t got = dyad_read(console.keyboard.handle, keys, sizeof keys, -1);

    (void)server, (void)events, (void)arg;
    if (got == 0) {
        keyboard_open();
        return;
    }
    for (size_t i = 0; got > 0 && i < (size_t)got / sizeof keys[0]; i++) {
        size_t count = keys_bytes(&console.vt, &keys[i], bytes);
        if (count)
            type(NULL, (const char *)bytes, count);
    }
}

/* ---- shown ---- */

static void show(void)
{
    server_timer_cancel(&console.server, &console.frame);
    painter_show(&console.painter, &console.vt);
    console.shown_ns = server_clock(&console.server, DYAD_CLOCK_MONOTONIC);
}

static void frame_due(struct server *server, void *arg)
{
    (void)server, (void)arg;
    show();
}

/* At once after a pause, so that typing feels immediate; otherwise with the next picture. */
static void show_soon(void)
{
    uint64_t due = console.shown_ns + FRAME_NS;
    if (server_clock(&console.server, DYAD_CLOCK_MONOTONIC) >= due)
        show();
    else if (!console.frame.armed)
        server_timer_set(&console.server, &console.frame, due);
}

static void output_event(struct server *server, uint32_t events, void *arg)
{
    static uint8_t bytes[CHUNK];
    int64_t got = -ERR_AGAIN;

    (void)server, (void)events, (void)arg;
    for (unsigned i = 0; i < CHUNKS; i++) {
        got = dyad_read(console.output.handle, bytes, sizeof bytes, -1);
        if (got <= 0)
            break;
        vt_write(&console.vt, bytes, (size_t)got);
    }
    show_soon();
    if (got == 0 || (got < 0 && got != -ERR_AGAIN && got != -ERR_INTR))
        line_close(&console.output);
}

/* ---- the scheme ---- */

static void open_input(struct server_request *request)
{
    handle_t ends[2];
    int64_t error = dyad_pipe_create(ends, FILE_NONBLOCK);

    if (error < 0) {
        server_reply(request, error);
        return;
    }
    if (console.input != HANDLE_NONE)
        (void)dyad_handle_close(console.input);
    console.input = ends[1];
    server_reply_handle(request, 0, ends[0], 0, 0);
}

static void open_output(struct server_request *request)
{
    handle_t ends[2];
    int64_t error = dyad_pipe_create(ends, FILE_NONBLOCK);

    if (error == 0) {
        error = line_open(&console.output, ends[0], output_event);
        if (error < 0)
            (void)dyad_handle_close(ends[1]);
    }
    if (error < 0)
        server_reply(request, error);
    else
        server_reply_handle(request, 0, ends[1], 0, 0);
}

static void open_size(struct server_request *request)
{
    struct server_file *file = malloc(sizeof *file);

    if (!file) {
        server_reply(request, -ERR_NOMEM);
        return;
    }
    server_file_init(file, request->server, NULL, (uint32_t)request->wire.args[0]);
    server_reply_open(request, file, 0);
}

static void handle_open(struct server_request *request)
{
    if (server_path_is(request, "input"))
        open_input(request);
    else if (server_path_is(request, "output"))
        open_output(request);
    else if (server_path_is(request, "size"))
        open_size(request);
    else
        server_reply(request, -ERR_NOENT);
}

static void handle_read(struct server_request *request)
{
    struct tty_winsize size = {.rows = (uint16_t)console.vt.rows,
                               .cols = (uint16_t)console.vt.columns};
    server_reply_slice(request, &size, sizeof size);
}

static void release(struct server_file *file)
{
    free(file);
}

static const struct server_ops console_ops = {
    .handler = {[VERB_open] = handle_open, [VERB_read] = handle_read},
    .release = release,
    .any_file = true,
};

/* ---- start ---- */

/* false: there is no screen that could be used, and that is said. */
static bool start_screen(void)
{
    struct dyad_screen screen;
    console.screen = open_path("hw:screen", FILE_RDWR);
    if (console.screen == HANDLE_NONE)
        return false;
    if (dyad_read(console.screen, &screen, sizeof screen, 0) != sizeof screen)
        return false;
    handle_t memory = open_path("hw:screen/memory", FILE_RDWR);
    if (memory == HANDLE_NONE)
        return false;
    int64_t pixels = dyad_map(HANDLE_NONE, 0, screen.bytes,
                              MAP_PROT_READ | MAP_PROT_WRITE | MAP_FLAG_SHARED, memory, 0);
    if (pixels < 0) {
        service_log("console", "cannot map the screen", pixels);
        return false;
    }
    void *at = (void *)(uintptr_t)pixels; // NOLINT(performance-no-int-to-ptr)
    if (painter_init(&console.painter, &screen, at) < 0 ||
        vt_init(&console.vt, console.painter.columns, console.painter.rows, type, NULL) < 0) {
        service_log("console", "no memory, or a screen too small", 0);
        return false;
    }
    return true;
}

static int start_server(void)
{
    int64_t scheme = service_register("console");
    if (scheme < 0)
        return (int)scheme;
    transport_scheme_init(&console.transport, (handle_t)scheme);
    return server_init(&console.server, &console_ops, &console.transport.transport, NULL, 0);
}

int main(void)
{
    (void)signal(SIGPIPE, SIG_IGN); /* clients come and go */
    if (!start_screen())
        return 0; /* init lets it be, and the scheme go: tty takes the serial port */
    int error = start_server();
    if (error == 0) {
        server_timer_init(&console.frame, frame_due, NULL);
        show();
        keyboard_open();
        error = server_run(&console.server);
    }
    service_log("console", "stopped", error);
    return error < 0;
}
