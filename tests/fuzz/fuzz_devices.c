/*
 * fuzz_devices.c: what hardware says to drivers: scan codes, an i8042 whose ports read as the input says, PCI's configuration space. Every
 * wait ends, keys go up only after they went down, and a walk finds each function once.
 */
#include <assert.h>
#include <string.h>

#include "servers/console/keys.h"
#include "servers/pci/pci.h"
#include "servers/ps2/controller.h"
#include "servers/ps2/keymap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *at, *end;

static uint8_t next_byte(void)
{
    return at < end ? *at++ : 0;
}

/* ---- scan codes ---- */

static void feed_keymap(struct keymap *map, uint8_t byte)
{
    static struct vt vt; /* only its modes are looked at */
    struct input_key key;
    uint8_t bytes[KEYS_BYTES_MAX];
    bool leds = false;
    unsigned before = map->leds;
    if (keymap_feed(map, byte, &key, &leds)) {
        assert(key.pressed <= 1 && key.modifiers < 16 && key.code < 256);
        assert(key.symbol <= INPUT_KEY_F12);
        assert(keys_bytes(&vt, &key, bytes) <= sizeof bytes);
        bool down = map->down[key.code / 32] >> (key.code % 32) & 1;
        assert(down == key.pressed || key.symbol == INPUT_KEY_PAUSE); /* whose end is not told */
    }
    assert(leds == (map->leds != before));
    assert(map->leds < 8 && map->skip <= 5);
    assert(map->prefix == 0 || map->prefix == 0xe0 || map->prefix == 0xe1);
}

static void fuzz_keymap(void)
{
    struct keymap map;
    unsigned layouts = 0;
    while (keymap_layout_name(layouts))
        layouts++;
    const struct keymap_layout *layout = keymap_find(keymap_layout_name(next_byte() % layouts));
    assert(layout);
    keymap_init(&map, layout);
    while (at < end)
        feed_keymap(&map, next_byte());
}

/* ---- the controller ---- */

static struct {
    uint64_t pauses, accesses;
} port;

static uint8_t port_read(void *context)
{
    (void)context;
    port.accesses++;
    return next_byte();
}

static void port_write(void *context, uint8_t value)
{
    (void)context, (void)value;
    port.accesses++;
}

static void port_pause(void *context)
{
    (void)context;
    port.pauses++;
}

static void fuzz_controller(void)
{
    static const struct controller_ops ops = {port_read, port_write, port_read, port_write,
                                              port_pause};
    struct controller controller;
    struct keymap map;
    uint8_t code;
    memset(&port, 0, sizeof port);
    enum controller_result result = controller_init(&controller, &ops, NULL);
    assert(port.accesses < 100000 && port.pauses < 100000);
    if (result == CONTROLLER_ABSENT)
        return;
    keymap_init(&map, keymap_find("us"));
    for (int i = 0; i < 200 && at < end; i++) {
        memset(&port, 0, sizeof port);
        if (controller_take(&controller, &code))
            feed_keymap(&map, code);
        if (i % 8 == 7)
            controller_leds(&controller, map.leds);
        assert(controller.kept_count <= sizeof controller.kept);
        assert(port.accesses < 100000 && port.pauses < 100000);
    }
}

/* ---- PCI ---- */

#define PCI_FUNCTIONS 24

static struct pci_entry {
    struct pci_address at;
    uint32_t id, class, header, buses;
    unsigned found;
} functions[PCI_FUNCTIONS];
static unsigned function_count;

static struct pci_entry *entry_find(struct pci_address where)
{
    for (unsigned i = 0; i < function_count; i++)
        if (memcmp(&functions[i].at, &where, sizeof where) == 0)
            return &functions[i];
    return NULL;
}

static uint32_t pci_read(void *context, struct pci_address where, unsigned offset)
{
    (void)context;
    assert(where.device < 32 && where.function < 8 && offset < 256 && offset % 4 == 0);
    const struct pci_entry *e = entry_find(where);
    if (!e)
        return UINT32_MAX;
    switch (offset) {
    case 0x00: return e->id;
    case 0x08: return e->class;
    case 0x0c: return e->header << 16;
    default: return e->buses;
    }
}

static void pci_found(void *context, const struct pci_function *function)
{
    struct pci_entry *e = entry_find(function->at);
    (void)context;
    assert(e && e->found == 0);
    assert(function->vendor == (uint16_t)e->id && function->vendor != 0xffff);
    assert(function->device == e->id >> 16 && function->class_code == e->class >> 24);
    assert(function->bridge == ((e->header & 0x7f) == 1));
    e->found = 1;
}

/* Is the bus behind a function that has been found? */
static bool bus_reached(uint8_t bus)
{
    for (unsigned i = 0; i < function_count; i++)
        if (functions[i].found && (functions[i].header & 0x7f) == 1 &&
            (functions[i].buses >> 8 & 0xff) == bus)
            return true;
    return bus == 0;
}

static bool device_has(struct pci_address where)
{
    where.function = 0;
    const struct pci_entry *first = entry_find(where);
    return first && (first->id & 0xffff) != 0xffff && (first->header & 0x80);
}

static void fuzz_pci(void)
{
    static const struct pci_access access = {pci_read, NULL};
    function_count = 0;
    while (at < end && function_count < PCI_FUNCTIONS) {
        uint8_t where = next_byte(), what = next_byte(), bus = next_byte() % 6u;
        struct pci_address address = {bus, where >> 3 & 3, where & 7};
        if (entry_find(address))
            continue;
        functions[function_count++] =
            (struct pci_entry){.at = address,
                               .id = what == 0xff ? UINT32_MAX : 0x10000u * what + 0x8086,
                               .class = 0x1000000u * what,
                               .header = (what & 1u) | (what & 2 ? 0x80 : 0),
                               .buses = (uint32_t)(next_byte() % 6u) << 8};
    }
    pci_walk(&access, 0, pci_found, NULL);
    for (unsigned i = 0; i < function_count; i++) {
        const struct pci_entry *e = &functions[i];
        bool expected = (e->id & 0xffff) != 0xffff && bus_reached(e->at.bus) &&
                        (e->at.function == 0 || device_has(e->at));
        assert(e->found == expected);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    at = data;
    end = data + size;
    switch (next_byte() % 3) {
    case 0: fuzz_keymap(); break;
    case 1: fuzz_controller(); break;
    default: fuzz_pci(); break;
    }
    return 0;
}
