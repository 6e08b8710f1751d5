/* Are null:, zero: and rand: what everybody expects of them? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "servers/basic/basic.h"
#include "servers/lib/loopback.h"

static struct server server;
static struct loopback loopback;
static struct basic basic;
static int64_t file, entropy_result;

static int64_t no_entropy(void *buffer, size_t len)
{
    memset(buffer, 0, len);
    return entropy_result;
}

static void start(enum basic_kind kind)
{
    entropy_result = 0;
    loopback_init(&loopback, &server);
    assert_int_equal(basic_init(&basic, &server, &loopback.transport, kind, no_entropy), 0);
    struct loopback_call call = {.verb = VERB_open, .args = {FILE_RDWR}};
    assert_int_equal(loopback_call(&loopback, &call), 0);
    file = (int64_t)call.values[0];
}

static int64_t transfer(uint16_t verb, void *buffer, size_t len)
{
    struct loopback_call call = {.verb = verb, .file = (uint64_t)file, .args = {UINT64_MAX}};
    if (verb == VERB_write) {
        call.in = buffer;
        call.in_len = (uint32_t)len;
    } else {
        call.out = buffer;
        call.out_len = (uint32_t)len;
    }
    return loopback_call(&loopback, &call);
}

static void test_null_is_empty_and_takes_all(void **state)
{
    static char buffer[100000];
    start(BASIC_NULL);
    assert_int_equal(transfer(VERB_read, buffer, sizeof(buffer)), 0);
    assert_int_equal(transfer(VERB_write, buffer, sizeof(buffer)), sizeof(buffer));
    server_fini(&server);
}

static void test_zero_gives_zeros(void **state)
{
    char buffer[64], zeros[64] = {0};
    start(BASIC_ZERO);
    memset(buffer, 1, sizeof(buffer));
    assert_int_equal(transfer(VERB_read, buffer, sizeof(buffer)), sizeof(buffer));
    assert_memory_equal(buffer, zeros, sizeof(buffer));
    server_fini(&server);
}

static void test_full_gives_zeros_and_takes_nothing(void **state)
{
    char buffer[16];
    memset(buffer, 'x', sizeof buffer);
    start(BASIC_FULL);
    assert_int_equal(transfer(VERB_write, buffer, sizeof buffer), -ERR_NOSPC);
    assert_int_equal(transfer(VERB_write, buffer, 0), 0);
    assert_int_equal(transfer(VERB_read, buffer, sizeof buffer), sizeof buffer);
    assert_int_equal(buffer[15], 0);
    server_fini(&server);
}

static void test_random_bytes_differ_and_are_balanced(void **state)
{
    static uint8_t first[65536], second[65536];
    unsigned ones = 0;
    start(BASIC_RAND);
    assert_int_equal(transfer(VERB_read, first, sizeof(first)), sizeof(first));
    assert_int_equal(transfer(VERB_read, second, sizeof(second)), sizeof(second));
    assert_memory_not_equal(first, second, sizeof(first));
    for (size_t i = 0; i < sizeof(first); i++)
        ones += (unsigned)__builtin_popcount(first[i]);
    assert_in_range(ones, 8 * 65536 / 2 - 4000, 8 * 65536 / 2 + 4000);
    server_fini(&server);
}

static void test_chacha20_is_the_published_one(void **state)
{
    /* RFC 8439, A.1 test vector 1: key 0, nonce 0, counter 0. Its first 32 bytes become the next key. */
    static const uint8_t expected[32] = {0xda, 0x41, 0x59, 0x7c, 0x51, 0x57, 0x48, 0x8d,
                                         0x77, 0x24, 0xe0, 0x3f, 0xb8, 0xd8, 0x4a, 0x37,
                                         0x6a, 0x43, 0xb8, 0xf4, 0x15, 0x18, 0xa1, 0x1c,
                                         0xc3, 0x87, 0xb6, 0x69, 0xb2, 0xee, 0x65, 0x86};
    uint8_t buffer[32];
    start(BASIC_RAND);
    assert_int_equal(transfer(VERB_read, buffer, sizeof(buffer)), sizeof(buffer));
    assert_memory_equal(buffer, expected, sizeof(expected));
    server_fini(&server);
}

static void test_without_entropy_there_are_no_bytes(void **state)
{
    char buffer[8];
    start(BASIC_RAND);
    entropy_result = -ERR_AGAIN;
    assert_int_equal(transfer(VERB_read, buffer, sizeof(buffer)), -ERR_AGAIN);
    server_fini(&server);
}

static void test_it_is_a_character_device_that_is_always_ready(void **state)
{
    struct dyad_stat st;
    start(BASIC_ZERO);
    struct loopback_call call = {
        .verb = VERB_stat, .file = (uint64_t)file, .out = &st, .out_len = sizeof(st)};
    assert_int_equal(loopback_call(&loopback, &call), 0);
    assert_int_equal(st.mode & MODE_TYPE, MODE_CHAR);
    call = (struct loopback_call){.verb = VERB_watch, .file = (uint64_t)file};
    assert_int_equal(loopback_call(&loopback, &call), 0);
    assert_int_equal(loopback.notified_ready, EVENT_READABLE | EVENT_WRITABLE);
    call = (struct loopback_call){.verb = VERB_open, .in = "x", .in_len = 1};
    assert_int_equal(loopback_call(&loopback, &call), -ERR_NOENT);
    server_fini(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_null_is_empty_and_takes_all),
        cmocka_unit_test(test_zero_gives_zeros),
        cmocka_unit_test(test_full_gives_zeros_and_takes_nothing),
        cmocka_unit_test(test_random_bytes_differ_and_are_balanced),
        cmocka_unit_test(test_chacha20_is_the_published_one),
        cmocka_unit_test(test_without_entropy_there_are_no_bytes),
        cmocka_unit_test(test_it_is_a_character_device_that_is_always_ready),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
