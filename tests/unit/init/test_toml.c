/* test_toml.c: does the unit-file reader take what TOML allows, and say exactly where it does not understand? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "abi/error.h"
#include "servers/init/toml.h"
#include "servers/init/unit.h"

static struct toml toml;

static void parse(const char *text)
{
    int error = toml_parse(&toml, "t.toml", text, strlen(text));
    if (error)
        fail_msg("%s", toml.error);
}

static void refuse(const char *text, const char *message)
{
    assert_int_equal(toml_parse(&toml, "t.toml", text, strlen(text)), -ERR_INVAL);
    assert_string_equal(toml.error, message);
    toml_free(&toml);
}

static const char *string_of(const char *table, const char *key)
{
    const struct toml_entry *entry = toml_find(&toml, table, key);
    assert_non_null(entry);
    assert_int_equal(entry->type, TOML_STRING);
    return entry->string;
}

static void test_values_of_every_kind(void **state)
{
    (void)state;
    parse(
        "top = 1\n# comment\n[a] # trailing\r\ns = \"x\\ty\\u00e4\\\"\" # c\nl = 'raw\\n'\n\"quoted key\" = true\n"
        "i = -1_000\n b=false\n[b-2]\nlist = [ \"one\",\n  'two', # c\n ]\nempty = []");
    assert_int_equal(toml_find(&toml, "", "top")->integer, 1);
    assert_string_equal(string_of("a", "s"), "x\ty\303\244\"");
    assert_string_equal(string_of("a", "l"), "raw\\n");
    assert_true(toml_find(&toml, "a", "quoted key")->boolean);
    assert_int_equal(toml_find(&toml, "a", "i")->integer, -1000);
    assert_false(toml_find(&toml, "a", "b")->boolean);
    assert_int_equal(toml_find(&toml, "b-2", "list")->item_count, 2);
    assert_string_equal(toml_find(&toml, "b-2", "list")->items[1], "two");
    assert_int_equal(toml_find(&toml, "b-2", "empty")->item_count, 0);
    assert_null(toml_find(&toml, "a", "list"));
    toml_free(&toml);
}

static void test_empty_files_are_fine(void **state)
{
    (void)state;
    parse("");
    assert_int_equal(toml.count, 0);
    toml_free(&toml);
    parse("\n \n# only a comment");
    toml_free(&toml);
}

static void test_errors_name_their_place(void **state)
{
    (void)state;
    refuse("a = 1\nb = \"x", "t.toml:2:7: the string has no closing \"");
    refuse("a 1", "t.toml:1:4: expected = after the key");
    refuse("a = 1 2", "t.toml:1:7: unexpected '2' after the value");
    refuse("a = 1\na = 2", "t.toml:2:2: a is given twice");
    refuse("[a\nb = 1", "t.toml:1:3: expected ] (dotted tables are not supported)");
    refuse("a = yes",
           "t.toml:1:8: expected a value: \"text\", a number, true, false or [\"a\", \"b\"]");
    refuse("a = 1.5", "t.toml:1:6: expected a decimal integer (no dates, no fractions)");
    refuse("a = [1]", "t.toml:1:6: expected a string or ] (arrays hold strings only)");
    refuse("a = [\"x\" \"y\"]", "t.toml:1:10: expected , or ] in the array");
    refuse("a = {b = 1}", "t.toml:1:5: inline tables are not supported");
    refuse("a = \"\"\"x\"\"\"", "t.toml:1:6: multi-line strings are not supported");
    refuse("[[a]]", "t.toml:1:2: arrays of tables are not supported");
    refuse("a = \"\\q\"", "t.toml:1:7: unknown escape in a string");
    refuse("a = \"\\ud800\"", "t.toml:1:12: U+D800 is not a character that a string may hold");
    refuse("a = 99999999999999999999", "t.toml:1:24: the number is too large");
    refuse("= 1", "t.toml:1:1: expected a key");
}

static void test_any_prefix_of_a_file_is_handled(void **state)
{
    static const char text[] =
        "[unit]\ndescription = \"d\\u0041\"\nrequires = [\"a\", 'b']\n[service]\nbackoff_ms = 1_0\nx = true\n";
    char *copy = malloc(sizeof text);

    (void)state;
    for (size_t length = 0; length < sizeof text; length++) {
        memcpy(copy, text, length); /* The heap's end tells ASan of a read too far. */
        char *exact = malloc(length ? length : 1);
        memcpy(exact, copy, length);
        (void)toml_parse(&toml, "t", exact, length);
        toml_free(&toml);
        free(exact);
    }
    free(copy);
}

/* ---- Units ---- */

static struct unit_config unit;
static char error[256];

static int parse_unit(const char *text)
{
    return unit_parse(&unit, "/etc/units/web.toml", text, strlen(text), error, sizeof error);
}

static void test_unit_with_everything(void **state)
{
    (void)state;
    assert_int_equal(
        parse_unit(
            "[unit]\ndescription=\"Web\"\nrequires=[\"net\"]\nwants=\"log\"\nafter=[]\nstart=\"manual\"\n"
            "[service]\ncommand=[\"/sbin/web\",\"-x\"]\ntype=\"simple\"\nrestart=\"on-failure\"\n"
            "backoff_ms=5\nstart_timeout_ms=7\nnamespace=[\"net\",\"file\"]\n"
            "handles=[\"hw\",\"initfs\"]\nscheme=[\"web\",\"webs\"]\n"),
        0);
    assert_string_equal(unit.name, "web");
    assert_string_equal(unit.description, "Web");
    assert_true(string_list_has(unit.requires, "net"));
    assert_true(string_list_has(unit.wants, "log"));
    assert_string_equal(unit.command[1], "-x");
    assert_int_equal(unit.type, UNIT_SIMPLE);
    assert_int_equal(unit.restart, RESTART_ON_FAILURE);
    assert_int_equal(unit.backoff_ns, 5000000);
    assert_int_equal(unit.start_timeout_ns, 7000000);
    assert_int_equal(unit.name_space, NAMESPACE_LISTED);
    assert_true(string_list_has(unit.names, "file"));
    assert_int_equal(unit.handles, UNIT_HANDLE_HW | UNIT_HANDLE_INITFS);
    assert_string_equal(unit.schemes[1], "webs");
    assert_int_equal(unit.start, START_BY_HAND);
    unit_free(&unit);
}

static void test_unit_defaults(void **state)
{
    (void)state;
    assert_int_equal(parse_unit("[service]\ncommand=\"/sbin/web\""), 0);
    assert_int_equal(unit.type, UNIT_NOTIFY);
    assert_int_equal(unit.restart, RESTART_ALWAYS);
    assert_int_equal(unit.name_space, NAMESPACE_SYSTEM);
    assert_int_equal(unit.backoff_ns, 100000000);
    assert_string_equal(unit.description, "");
    unit_free(&unit);
    assert_int_equal(parse_unit("[service]\ncommand=\"/sbin/web\"\ntype=\"oneshot\""), 0);
    assert_int_equal(unit.restart, RESTART_NEVER);
    assert_false(unit.needs_tty || unit.needs_screen);
    unit_free(&unit);
    assert_int_equal(parse_unit("[unit]\ncondition=\"screen\"\n[service]\ncommand=\"/x\""), 0);
    assert_true(unit.needs_screen && !unit.needs_tty);
    unit_free(&unit);
}

static void refuse_unit(const char *text, const char *message)
{
    assert_int_equal(parse_unit(text), -ERR_INVAL);
    assert_string_equal(error, message);
}

static void test_unit_errors(void **state)
{
    (void)state;
    refuse_unit("", "/etc/units/web.toml: [service] command is missing");
    refuse_unit("[service]\ncommand=[]", "/etc/units/web.toml: [service] command is missing");
    refuse_unit("[service]\ncommand=\"web\"",
                "/etc/units/web.toml: service.command must begin with an absolute path");
    refuse_unit("[unit]\nrequire=[]",
                "/etc/units/web.toml:2:9: unit.require is not a key of [unit]");
    refuse_unit("[service]\nkommand=1",
                "/etc/units/web.toml:2:9: service.kommand is not a key of [service]");
    refuse_unit("[x]\na=1",
                "/etc/units/web.toml:2:3: x.a is in no table that units have ([unit], [service])");
    refuse_unit(
        "[service]\ntype=\"forking\"",
        "/etc/units/web.toml:2:6: service.type must be one of: simple notify oneshot session");
    refuse_unit(
        "[service]\nbackoff_ms=0",
        "/etc/units/web.toml:2:12: service.backoff_ms must be from 1 to 3600000 milliseconds");
    refuse_unit("[service]\nbackoff_ms=\"1\"",
                "/etc/units/web.toml:2:12: service.backoff_ms must be an integer");
    refuse_unit(
        "[service]\nhandles=[\"hw\",\"sw\"]",
        "/etc/units/web.toml:2:9: service.handles must be one of: initfs hw namespace console");
    refuse_unit("[service]\ncommand=\"/x\"\ntype=\"oneshot\"\nrestart=\"always\"",
                "/etc/units/web.toml: a oneshot or session unit cannot have restart = \"always\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_of_every_kind),
        cmocka_unit_test(test_empty_files_are_fine),
        cmocka_unit_test(test_errors_name_their_place),
        cmocka_unit_test(test_any_prefix_of_a_file_is_handled),
        cmocka_unit_test(test_unit_with_everything),
        cmocka_unit_test(test_unit_defaults),
        cmocka_unit_test(test_unit_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
