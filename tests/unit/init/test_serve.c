/* test_serve.c: does `init:` hold its conversations: a command, its answer, an end, and answers that wait? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "abi/syscall.h"
#include "servers/init/init.h"
#include "servers/lib/loopback.h"

static struct init self;
static struct loopback loop;
static uint64_t file;
static struct unit *service;

static int launch(void *context, struct unit *unit)
{
    (void)context;
    (void)unit;
    return 0;
}

static int offer(void *context, struct unit *unit)
{
    (void)context;
    (void)unit;
    return 0;
}

static void terminate(void *context, struct unit *unit, bool force)
{
    (void)context;
    (void)unit;
    (void)force;
}

static void log_line(void *context, const struct unit *unit, enum manager_level level,
                     const char *text)
{
    (void)context;
    (void)unit;
    (void)level;
    (void)text;
}

static void changed(void *context, struct unit *unit)
{
    (void)context;
    (void)unit;
}

static uint64_t now(void *context)
{
    (void)context;
    return loop.now_ns;
}

static void log_text(void *context, const struct unit *unit, struct text *out)
{
    (void)context;
    text_format(out, "log of %s\n", unit->config.name);
}

static const struct manager_ops manager_ops = {launch, offer, terminate, log_line, changed, now};
static const struct command_ops command_ops = {.log_text = log_text};

/* In place of main.c's, which also looks after the session. */
void init_after_event(struct init *init)
{
    init_settle(init);
}

static uint64_t open_path(const char *path, int64_t expected)
{
    uint64_t opened;
    assert_int_equal(loopback_open(&loop, 0, path, 0, 0, &opened), expected);
    return opened;
}

static int setup(void **state)
{
    static const char text[] = "[service]\ncommand=\"/sbin/web\"";
    struct unit_config config;
    char error[64];

    (void)state;
    memset(&self, 0, sizeof self);
    memset(&loop, 0, sizeof loop);
    manager_init(&self.manager, &manager_ops, &self);
    self.commands = (struct command_host){&self.manager, &command_ops, &self};
    if (unit_parse(&config, "web.toml", text, sizeof text - 1, error, sizeof error) != 0)
        return -1;
    service = manager_add(&self.manager, &config);
    loopback_init(&loop, &self.server);
    if (server_init(&self.server, &init_server_ops, &loop.transport, &self, 4096) != 0)
        return -1;
    file = open_path("", 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    server_fini(&self.server);
    manager_fini(&self.manager);
    return 0;
}

static int64_t say(const char *line)
{
    struct loopback_call call = {
        .verb = VERB_write, .file = file, .in = line, .in_len = (uint32_t)strlen(line)};
    return loopback_call(&loop, &call);
}

static char answer[512];

static struct loopback_call read_call(uint64_t of, uint32_t room)
{
    memset(answer, 0, sizeof answer);
    return (struct loopback_call){.verb = VERB_read, .file = of, .out = answer, .out_len = room};
}

static int64_t hear(uint32_t room)
{
    struct loopback_call call = read_call(file, room);
    return loopback_call(&loop, &call);
}

static void test_answer_is_read_in_pieces_and_ends(void **state)
{
    (void)state;
    assert_int_equal(hear(100), 0); /* Nothing was asked. */
    assert_int_equal(say("list\n"), 5);
    assert_int_equal(hear(4), 4);
    assert_string_equal(answer, "web ");
    assert_int_equal(hear(100), 13);
    assert_string_equal(answer, "stopped 0 0 \n");
    assert_int_equal(hear(100), 0);
    assert_int_equal(say("log web"), 7);
    assert_int_equal(hear(100), 11);
}

static void test_bad_commands_fail_in_write(void **state)
{
    static char lengthy[300];

    (void)state;
    memset(lengthy, 'x', sizeof lengthy - 1);
    assert_int_equal(say("fly web"), -ERR_INVAL);
    assert_int_equal(say("start nobody"), -ERR_NOENT);
    assert_int_equal(say(lengthy), -ERR_2BIG);
}

static void test_start_answers_when_the_unit_is_ready(void **state)
{
    struct loopback_call call = read_call(file, 100);

    (void)state;
    assert_int_equal(say("start web"), 9);
    assert_true(loopback_call(&loop, &call) == LOOPBACK_PENDING);
    manager_notified(&self.manager, service);
    init_after_event(&self);
    loopback_run(&loop);
    assert_true(call.done);
    assert_string_equal(answer, "web ready\n");
    assert_int_equal(hear(100), 0);
}

static void test_start_that_fails_ends_with_an_error(void **state)
{
    (void)state;
    assert_int_equal(say("start web"), 9);
    for (int i = 0; i < 5; i++) {
        manager_exited(&self.manager, service, WSTATUS_EXIT(1));
        loop.now_ns += 20000000000ull;
        manager_tick(&self.manager);
    }
    init_after_event(&self);
    assert_int_equal(hear(100), 11);
    assert_string_equal(answer, "web failed\n");
    assert_int_equal(hear(100), -ERR_IO);
    assert_int_equal(hear(100), 0);
}

static void test_cancelled_read_and_closed_conversation_leave_nothing(void **state)
{
    struct loopback_call call = read_call(file, 100);

    (void)state;
    assert_int_equal(say("start web"), 9);
    (void)loopback_call(&loop, &call);
    loopback_cancel(&loop, &call);
    assert_int_equal(call.result, -ERR_INTR);
    loopback_close(&loop, file);
    assert_null(self.conversations);
    manager_notified(&self.manager, service);
    init_after_event(&self);
}

static void test_texts_as_files(void **state)
{
    uint64_t list = open_path("list", 0);
    struct loopback_call call = read_call(list, 100);

    (void)state;
    assert_true(loopback_call(&loop, &call) > 0);
    assert_string_equal(answer, "web stopped 0 0 \n");
    call = (struct loopback_call){.verb = VERB_write, .file = list, .in = "list", .in_len = 4};
    assert_int_equal(loopback_call(&loop, &call), -ERR_BADF);
    open_path("status/web", 0);
    open_path("status/nobody", -ERR_NOENT);
    open_path("stop/web", -ERR_NOENT);
}

static void test_changes_need_root(void **state)
{
    struct loopback_call call = {
        .verb = VERB_write, .file = file, .in = "stop web", .in_len = 8, .cred = {.euid = 1}};

    (void)state;
    assert_int_equal(loopback_call(&loop, &call), -ERR_PERM);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_answer_is_read_in_pieces_and_ends),
        TEST(test_bad_commands_fail_in_write),
        TEST(test_start_answers_when_the_unit_is_ready),
        TEST(test_start_that_fails_ends_with_an_error),
        TEST(test_cancelled_read_and_closed_conversation_leave_nothing),
        TEST(test_texts_as_files),
        TEST(test_changes_need_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
