/* test_pty_ends.c: do the two ends of a pseudo-terminal end by themselves, whoever opens them again by a handle, and writes to them? Over the loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "servers/lib/loopback.h"
#include "servers/tty/pty.h"

static struct server server;
static struct loopback loop;
static struct pty_host host;

static int no_group(void *context, uint32_t pgid, int signo)
{
    (void)context, (void)pgid, (void)signo;
    return -ERR_SRCH;
}

static int no_info(void *context, uint32_t pgid, uint32_t pid, struct terminal_group *group)
{
    (void)context, (void)pgid, (void)pid, (void)group;
    return -ERR_SRCH;
}

static bool no_session(void *context, uint32_t sid)
{
    (void)context, (void)sid;
    return false;
}

static void session_changed(void *context, uint32_t sid, uint32_t foreground)
{
    (void)context, (void)sid, (void)foreground;
}

static const struct terminal_ops ops = {
    .screen_write = pty_screen_write,
    .keyboard_read = pty_keyboard_read,
    .want = pty_want,
    .size_read = pty_size_read,
    .group_signal = no_group,
    .group_info = no_info,
    .session_alive = no_session,
    .session_changed = session_changed,
    .session_has_terminal = no_session,
    .process_signal = no_group,
    .pumped = pty_pumped,
};

static int start(void **state)
{
    (void)state;
    loopback_init(&loop, &server);
    host = (struct pty_host){.server = &server, .ops = &ops};
    return server_init(&server, &pty_server_ops, &loop.transport, &host, 0);
}

static int stop(void **state)
{
    (void)state;
    server_fini(&server);
    for (int i = 0; i < PTY_MAX; i++)
        assert_null(host.ptys[i]);
    return 0;
}

/* -> the file's id */
static uint64_t open_at(uint64_t dir, const char *path)
{
    uint64_t file;
    assert_int_equal(loopback_open(&loop, dir, path, FILE_RDWR, 0, &file), 0);
    return file;
}

static int64_t control(uint64_t file, uint64_t command, uint64_t arg)
{
    struct loopback_call call = {.verb = VERB_control, .file = file, .args = {command, arg}};
    return loopback_call(&loop, &call);
}

static int64_t write_to(uint64_t file, const char *text)
{
    struct loopback_call call = {.verb = VERB_write,
                                 .file = file,
                                 .args = {UINT64_MAX},
                                 .in = text,
                                 .in_len = (uint32_t)strlen(text)};
    return loopback_call(&loop, &call);
}

static void test_a_master_opened_again_by_its_handle_is_another(void **state)
{
    (void)state;
    uint64_t master = open_at(0, "ptmx"), again = open_at(master, "");
    assert_int_equal(control(master, TTY_PTY_NUMBER, 0), 0);
    assert_int_equal(control(again, TTY_PTY_NUMBER, 0), 1);
    assert_int_equal(control(master, TTY_PTY_LOCK, 0), 0);
    uint64_t slave = open_at(0, "0");
    loopback_close(&loop, again);
    assert_int_equal(write_to(slave, "x"), 1); /* not hung up */
    loopback_close(&loop, master);
    assert_int_equal(write_to(slave, "x"), -ERR_IO);
    loopback_close(&loop, slave);
}

static void test_a_slave_opened_again_by_its_handle_counts(void **state)
{
    (void)state;
    uint64_t master = open_at(0, "ptmx");
    char byte;
    struct loopback_call read = {
        .verb = VERB_read, .file = master, .args = {UINT64_MAX}, .out = &byte, .out_len = 1};
    assert_int_equal(control(master, TTY_PTY_LOCK, 0), 0);
    uint64_t slave = open_at(0, "0"), again = open_at(slave, "");
    assert_int_equal(loopback_call(&loop, &read), LOOPBACK_PENDING);
    loopback_close(&loop, slave);
    assert_false(read.done);
    loopback_close(&loop, again);
    assert_true(read.done);
    assert_int_equal(read.result, -ERR_IO);
    loopback_close(&loop, master);
}

static void test_a_write_ends_where_its_text_cannot_be_read(void **state)
{
    static char interrupts[DYAD_COPY_MAX + 100]; /* swallowed: room is left */
    (void)state;
    uint64_t master = open_at(0, "ptmx");
    memset(interrupts, 3, sizeof interrupts);
    struct loopback_call call = {.verb = VERB_write,
                                 .file = master,
                                 .args = {UINT64_MAX},
                                 .in = interrupts,
                                 .in_len = sizeof interrupts,
                                 .unmapped = true};
    assert_int_equal(loopback_call(&loop, &call), DYAD_COPY_MAX);
    loopback_close(&loop, master);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_master_opened_again_by_its_handle_is_another),
        TEST(test_a_slave_opened_again_by_its_handle_counts),
        TEST(test_a_write_ends_where_its_text_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
