/* test_commands.c: do the commands to init do what they say, for those who may? */
#include "tests/unit/init/manager_fixture.h"

static int asked_status;

static void log_text(void *context, const struct unit *unit, struct text *out)
{
    (void)context;
    text_format(out, "log of %s\n", unit->config.name);
}

static void poweroff(void *context, int status)
{
    (void)context;
    asked_status = status;
}

static bool asked_reboot;

static void reboot(void *context)
{
    (void)context;
    asked_reboot = true;
}

static const struct command_ops command_ops = {log_text, poweroff, reboot};

static int run(const char *line, bool privileged, struct command_result *result)
{
    struct command_host host = {&m, &command_ops, NULL};
    return command_run(&host, line, strlen(line), privileged, result);
}

static void test_commands(void **state)
{
    struct command_result r;
    struct unit *a = add("a", "description=\"A thing\"", ""), *b = add("b", "requires=[\"a\"]", "");

    (void)state;
    start_all();
    manager_notified(&m, a);
    a->pid = 7;
    assert_int_equal(run("list\n", false, &r), 0);
    assert_string_equal(r.text.bytes, "a ready 7 0 A thing\nb starting 0 0 \n");
    text_free(&r.text);
    assert_int_equal(run("status a", false, &r), 0);
    assert_non_null(strstr(r.text.bytes, "state: ready\n"));
    assert_non_null(strstr(r.text.bytes, "wanted_by: b\n"));
    text_free(&r.text);
    assert_int_equal(run("log b", false, &r), 0);
    assert_string_equal(r.text.bytes, "log of b\n");
    text_free(&r.text);
    assert_int_equal(run("stop b", false, &r), -ERR_PERM);
    assert_int_equal(run("stop b", true, &r), 0);
    assert_ptr_equal(r.settling, b);
    assert_false(r.wanted_up);
    assert_int_equal(run("poweroff 300", true, &r), -ERR_INVAL);
    assert_int_equal(run("poweroff 3", true, &r), 0);
    assert_int_equal(asked_status, 3);
    assert_int_equal(run("reboot", false, &r), -ERR_PERM);
    assert_int_equal(run("reboot now", true, &r), -ERR_INVAL);
    assert_false(asked_reboot);
    assert_int_equal(run("reboot", true, &r), 0);
    assert_true(asked_reboot);
    assert_int_equal(run("status nobody", true, &r), -ERR_NOENT);
    assert_int_equal(run("status", true, &r), -ERR_INVAL);
    assert_int_equal(run("status a b", true, &r), -ERR_INVAL);
    assert_int_equal(run("", true, &r), -ERR_INVAL);
    assert_int_equal(run("explode a", true, &r), -ERR_INVAL);
}

static void test_files(void **state)
{
    struct command_host host = {&m, &command_ops, NULL};
    struct text text = {0};

    (void)state;
    add("a", "", "");
    assert_int_equal(command_file(&host, "list", 4, &text), 0);
    assert_string_equal(text.bytes, "a stopped 0 0 \n");
    text_free(&text);
    assert_int_equal(command_file(&host, "log/a", 5, &text), 0);
    text_free(&text);
    assert_int_equal(command_file(&host, "stop/a", 6, &text), -ERR_NOENT);
    assert_int_equal(command_file(&host, "log/x", 5, &text), -ERR_NOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_commands),
        TEST(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
