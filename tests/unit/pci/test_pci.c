/* test_pci.c: does a walk find every function, behind bridges too, each once, also when bridges form a circle? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "servers/pci/pci.h"

struct fake {
    struct pci_address at;
    uint32_t id, class, header, buses;
};

static const struct fake *machine;
static size_t machine_count;
static char found_text[4096];
static unsigned reads;

static uint32_t fake_read(void *context, struct pci_address at, unsigned offset)
{
    (void)context;
    reads++;
    assert_true(offset < 256 && offset % 4 == 0);
    for (size_t i = 0; i < machine_count; i++) {
        const struct fake *f = &machine[i];
        if (f->at.bus != at.bus || f->at.device != at.device || f->at.function != at.function)
            continue;
        switch (offset) {
        case 0x00: return f->id;
        case 0x08: return f->class;
        case 0x0c: return f->header << 16;
        case 0x18: return f->buses;
        default: return 0;
        }
    }
    return UINT32_MAX;
}

static void found(void *context, const struct pci_function *f)
{
    size_t used = strlen(found_text);
    (void)context;
    snprintf(found_text + used, sizeof found_text - used, "%x:%x.%x %04x:%04x %02x%02x%02x%s\n",
             f->at.bus, f->at.device, f->at.function, f->vendor, f->device, f->class_code,
             f->subclass, f->interface, f->bridge ? " bridge" : "");
}

static void walk(const struct fake *functions, size_t count)
{
    static const struct pci_access access = {fake_read, NULL};
    machine = functions;
    machine_count = count;
    found_text[0] = '\0';
    reads = 0;
    pci_walk(&access, 0, found, NULL);
}
#define WALK(functions) walk(functions, sizeof(functions) / sizeof((functions)[0]))

static void test_functions_of_a_bus(void **state)
{
    static const struct fake functions[] = {
        {{0, 0, 0}, 0x29c08086, 0x06000000, 0x00, 0},
        {{0, 2, 1}, 0x11112222, 0x01000000, 0x00, 0}, /* no function 0: does not exist */
        {{0, 3, 0}, 0x00011af4, 0x02000003, 0x00, 0}, /* one function: the next is an echo */
        {{0, 3, 1}, 0x00011af4, 0x02000003, 0x00, 0},
        {{0, 31, 0}, 0x29188086, 0x06010002, 0x80, 0}, /* many, with a gap */
        {{0, 31, 2}, 0x29228086, 0x01060102, 0x00, 0},
        {{0, 31, 7}, 0x29308086, 0x0c050000, 0x00, 0}};
    (void)state;
    WALK(functions);
    assert_string_equal(found_text, "0:0.0 8086:29c0 060000\n"
                                    "0:3.0 1af4:0001 020000\n"
                                    "0:1f.0 8086:2918 060100\n"
                                    "0:1f.2 8086:2922 010601\n"
                                    "0:1f.7 8086:2930 0c0500\n");
}

static void test_buses_behind_bridges_each_once(void **state)
{
    static const struct fake functions[] = {
        {{0, 1, 0}, 0x000c1b36, 0x06040000, 0x01, 0x00020200},
        {{0, 2, 0}, 0x000c1b36, 0x06040000, 0x81, 0x00010100},
        {{0, 2, 1}, 0x000c1b36, 0x06040000, 0x01, 0x00000000}, /* not set up */
        {{1, 0, 0}, 0x000d1b36, 0x0c033000, 0x00, 0},
        {{2, 0, 0}, 0x000c1b36, 0x06040000, 0x01, 0x00ffff00},
        {{2, 5, 0}, 0x000c1b36, 0x06040000, 0x01, 0x00020200}, /* to its own bus */
        {{255, 31, 0}, 0x00101b36, 0x01080200, 0x00, 0}};
    (void)state;
    WALK(functions);
    assert_string_equal(found_text, "0:1.0 1b36:000c 060400 bridge\n"
                                    "0:2.0 1b36:000c 060400 bridge\n"
                                    "0:2.1 1b36:000c 060400 bridge\n"
                                    "2:0.0 1b36:000c 060400 bridge\n"
                                    "2:5.0 1b36:000c 060400 bridge\n"
                                    "1:0.0 1b36:000d 0c0330\n"
                                    "ff:1f.0 1b36:0010 010802\n");
}

static void test_nothing_there(void **state)
{
    (void)state;
    walk(NULL, 0);
    assert_string_equal(found_text, "");
    assert_int_equal(reads, 32); /* one a device */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_functions_of_a_bus),
        cmocka_unit_test(test_buses_behind_bridges_each_once),
        cmocka_unit_test(test_nothing_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
