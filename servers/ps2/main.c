/* main.c: /sbin/ps2 [LAYOUT]: the keyboard behind the PC's keyboard controller, as `keyboard:`. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <dyad/syscall.h>

#include "servers/lib/service.h"
#include "servers/lib/transport.h"
#include "servers/ps2/controller.h"
#include "servers/ps2/keymap.h"

#define PORTS       "port:60-5"
#define PORT_DATA   0
#define PORT_STATUS 4
#define LINE        "irq:1"

struct ps2 {
    struct server server;
    struct transport_scheme transport;
    struct controller controller;
    struct keymap keymap;
    handle_t ports, line;
    handle_t client; /* the write end of the pipe of whoever opened last, or HANDLE_NONE */
};

static struct ps2 ps2;

/* ---- the controller's operations ---- */

static uint8_t port_read(int64_t offset)
{
    uint8_t value = 0xff;
    (void)dyad_read(ps2.ports, &value, 1, offset);
    return value;
}

static uint8_t data_read(void *context)
{
    (void)context;
    return port_read(PORT_DATA);
}

static uint8_t status_read(void *context)
{
    (void)context;
    return port_read(PORT_STATUS);
}

static void data_write(void *context, uint8_t value)
{
    (void)context;
    (void)dyad_write(ps2.ports, &value, 1, PORT_DATA);
}

static void command_write(void *context, uint8_t value)
{
    (void)context;
    (void)dyad_write(ps2.ports, &value, 1, PORT_STATUS);
}

static void pause_a_little(void *context)
{
    uint64_t now = (uint64_t)dyad_clock_get(DYAD_CLOCK_MONOTONIC);
    (void)context;
    (void)dyad_sleep(DYAD_CLOCK_MONOTONIC, now + CONTROLLER_PAUSE_US * 1000);
}

static const struct controller_ops controller_ops = {.data_read = data_read,
                                                     .data_write = data_write,
                                                     .status_read = status_read,
                                                     .command_write = command_write,
                                                     .pause = pause_a_little};

/* ---- keys ---- */

static void forget_client(void)
{
    if (ps2.client != HANDLE_NONE)
        (void)dyad_handle_close(ps2.client);
    ps2.client = HANDLE_NONE;
}

/* A client that does not read loses keys. */
static void send(const struct input_key *key)
{
    if (ps2.client == HANDLE_NONE)
        return;
    int64_t sent = dyad_write(ps2.client, key, sizeof *key, -1);
    if (sent < 0 && sent != -ERR_AGAIN)
        forget_client();
}

static void take_keys(void)
{
    struct input_key key;
    uint8_t code;
    bool leds, changed = false;

    while (controller_take(&ps2.controller, &code)) {
        if (keymap_feed(&ps2.keymap, code, &key, &leds))
            send(&key);
        changed |= leds;
    }
    if (changed)
        controller_leds(&ps2.controller, ps2.keymap.leds);
}

/* The line counts edges: after it is open again, everything must be taken, or there will be no other. */
static void interrupt(struct server *server, uint32_t events, void *arg)
{
    uint64_t count;

    (void)server, (void)events, (void)arg;
    if (dyad_read(ps2.line, &count, sizeof count, -1) != sizeof count)
        return;
    (void)dyad_write(ps2.line, &count, sizeof count, -1);
    take_keys();
}

/* ---- the scheme ---- */

static void handle_open(struct server_request *request)
{
    handle_t ends[2];

    if (request->data_len != 0 || request->wire.args[0] & FILE_DIRECTORY) {
        server_reply(request, -ERR_NOENT);
        return;
    }
    int64_t error = dyad_pipe_create(ends, FILE_NONBLOCK);
    if (error < 0) {
        server_reply(request, error);
        return;
    }
    forget_client();
    ps2.client = ends[1];
    server_reply_handle(request, 0, ends[0], 0, 0);
}

static const struct server_ops ps2_ops = {.handler = {[VERB_open] = handle_open}};

/* ---- start ---- */

static handle_t open_hardware(const char *path)
{
    int64_t handle = dyad_open(HANDLE_NONE, path, strlen(path), FILE_RDWR | FILE_NONBLOCK, 0, NULL);
    if (handle < 0)
        service_log("ps2", path, handle);
    return handle < 0 ? HANDLE_NONE : (handle_t)handle;
}

static bool choose_layout(const char *name)
{
    const struct keymap_layout *layout = keymap_find(name);
    char text[128];
    size_t length;

    if (layout) {
        keymap_init(&ps2.keymap, layout);
        return true;
    }
    length = (size_t)snprintf(text, sizeof text, "no layout %s; there are:", name);
    for (unsigned i = 0; keymap_layout_name(i) && length < sizeof text; i++)
        length +=
            (size_t)snprintf(text + length, sizeof text - length, " %s", keymap_layout_name(i));
    service_log("ps2", text, 0);
    keymap_init(&ps2.keymap, keymap_find(keymap_layout_name(0)));
    return false;
}

/* false: nothing to serve. */
static bool start_hardware(void)
{
    ps2.ports = open_hardware(PORTS);
    if (ps2.ports == HANDLE_NONE)
        return false;
    switch (controller_init(&ps2.controller, &controller_ops, NULL)) {
    case CONTROLLER_ABSENT:
        service_log("ps2", "this machine has no keyboard controller", 0);
        return false;
    case CONTROLLER_UNANSWERED:
        service_log("ps2", "no keyboard has answered; waiting for one", 0);
        break;
    case CONTROLLER_READY: break;
    }
    ps2.line = open_hardware(LINE);
    return ps2.line != HANDLE_NONE;
}

static int start_server(void)
{
    int64_t scheme = service_register("keyboard");
    if (scheme < 0)
        return (int)scheme;
    transport_scheme_init(&ps2.transport, (handle_t)scheme);
    int error = server_init(&ps2.server, &ps2_ops, &ps2.transport.transport, NULL, 0);
    if (error == 0)
        error = server_watch(&ps2.server, ps2.line, EVENT_READABLE, interrupt, NULL, NULL);
    return error;
}

int main(int argc, char **argv)
{
    (void)signal(SIGPIPE, SIG_IGN); /* clients come and go */
    ps2.client = HANDLE_NONE;
    (void)choose_layout(argc > 1 ? argv[1] : "us");
    if (!start_hardware())
        return 0; /* init lets it be, and the scheme go */
    int error = start_server();
    if (error == 0) {
        controller_leds(&ps2.controller, ps2.keymap.leds);
        take_keys(); /* what came before there was somebody to see the interrupt */
        error = server_run(&ps2.server);
    }
    service_log("ps2", "stopped", error);
    return error < 0;
}
