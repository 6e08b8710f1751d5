/* test_domain_name.c: names in DNS messages: labels, pointers, and bytes that are neither. */
#include "dy.h"
#include <resolv.h>

int dy_dn_expand(const unsigned char *message, const unsigned char *end, const unsigned char *from,
                 char *name, int size);
int dy_dn_skipname(const unsigned char *from, const unsigned char *end);
int dy_dn_comp(const char *name, unsigned char *to, int size, unsigned char **names,
               unsigned char **names_end);

#define HEADER 12

static void assert_expands(const unsigned char *message, int end, int at, int bytes,
                           const char *text)
{
    char name[MAXDNAME];
    assert_int_equal(dy_dn_expand(message, message + end, message + at, name, sizeof name), bytes);
    if (bytes >= 0)
        assert_string_equal(name, text);
}

static void test_names_go_there_and_back_with_shared_ends(void **state)
{
    static const struct {
        const char *name, *back;
        int bytes;
    } names[] = {{"www.example.com", "www.example.com", 17},
                 {"mail.Example.com.", "mail.example.com", 7},
                 {"www.example.com", "www.example.com", 2},
                 {"com", "com", 2},
                 {"org", "org", 5},
                 {"", "", 1},
                 {".", "", 1}};
    unsigned char message[512] = {0}, *known[8] = {message};
    int starts[7], at = HEADER;
    for (int i = 0; i < 7; i++) {
        starts[i] = at;
        at += dy_dn_comp(names[i].name, message + at, 100, known, known + 8);
    }
    for (int i = 0; i < 7; i++) {
        assert_expands(message, at, starts[i], names[i].bytes, names[i].back);
        assert_int_equal(dy_dn_skipname(message + starts[i], message + at), names[i].bytes);
    }
}

static void test_buffer_holds_the_text_and_its_end(void **state)
{
    unsigned char message[64];
    char name[16];
    int bytes = dy_dn_comp("www.example.com", message, sizeof message, NULL, NULL);
    const unsigned char *end = message + bytes;
    assert_int_equal(bytes, 17);
    assert_int_equal(dy_dn_expand(message, end, message, name, 16), 17);
    assert_int_equal(dy_dn_expand(message, end, message, name, 15), -1);
    assert_int_equal(dy_dn_comp("abc", message, 4, NULL, NULL), -1);
    assert_int_equal(dy_dn_comp("abc", message, 5, NULL, NULL), 5);
}

static void test_broken_messages_are_refused(void **state)
{
    static const unsigned char ring[] = {0xc0, 0}, two[] = {0xc0, 2, 0xc0, 0},
                               cut[] = {3, 'a', 'b'}, half[] = {0xc0}, outside[] = {0xc0, 9},
                               odd[] = {0x40, 'a', 0}, no_end[] = {1, 'a'},
                               first[] = {1, 'a', 0, 0xc0, 0};
    assert_expands(ring, sizeof ring, 0, -1, NULL);
    assert_expands(two, sizeof two, 0, -1, NULL);
    assert_expands(cut, sizeof cut, 0, -1, NULL);
    assert_expands(half, sizeof half, 0, -1, NULL);
    assert_expands(outside, sizeof outside, 0, -1, NULL);
    assert_expands(odd, sizeof odd, 0, -1, NULL);
    assert_expands(no_end, sizeof no_end, 0, -1, NULL);
    assert_expands(first, sizeof first, 3, 2, "a"); /* offset 0 is as good as any */
    assert_int_equal(dy_dn_skipname(cut, cut + sizeof cut), -1);
    assert_int_equal(dy_dn_skipname(half, half + sizeof half), -1);
    assert_int_equal(dy_dn_skipname(odd, odd + sizeof odd), -1);
}

static void test_names_that_are_none_are_refused(void **state)
{
    unsigned char message[512];
    char label[65], name[MAXDNAME + 2];
    memset(label, 'x', 64);
    label[64] = '\0';
    assert_int_equal(dy_dn_comp(label, message, 512, NULL, NULL), -1);
    label[63] = '\0';
    assert_int_equal(dy_dn_comp(label, message, 512, NULL, NULL), 65);
    assert_int_equal(dy_dn_comp("a..b", message, 512, NULL, NULL), -1);
    for (size_t i = 0; i < sizeof name; i++)
        name[i] = i % 2 ? '.' : 'a';
    name[sizeof name - 1] = '\0';
    assert_int_equal(dy_dn_comp(name, message, 512, NULL, NULL), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_go_there_and_back_with_shared_ends),
        cmocka_unit_test(test_buffer_holds_the_text_and_its_end),
        cmocka_unit_test(test_broken_messages_are_refused),
        cmocka_unit_test(test_names_that_are_none_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
