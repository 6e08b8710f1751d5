/* pci.c: see pci.h. */
#include "servers/pci/pci.h"

#define DEVICES   32u
#define FUNCTIONS 8u
#define BUSES     256u

enum {
    REGISTER_ID = 0x00,
    REGISTER_CLASS = 0x08,
    REGISTER_HEADER = 0x0c,
    REGISTER_BUSES = 0x18 /* of a bridge */
};
#define NO_VENDOR     0xffffu
#define HEADER_MANY   0x80u /* the device has more functions than the first */
#define HEADER_TYPE   0x7fu
#define HEADER_BRIDGE 1u

static uint32_t read_register(const struct pci_access *access, struct pci_address at,
                              unsigned offset)
{
    return access->read(access->context, at, offset);
}

static uint8_t read_header(const struct pci_access *access, struct pci_address at)
{
    return (uint8_t)(read_register(access, at, REGISTER_HEADER) >> 16);
}

bool pci_identify(const struct pci_access *access, struct pci_address at,
                  struct pci_function *function)
{
    uint32_t id = read_register(access, at, REGISTER_ID);
    if ((id & 0xffff) == NO_VENDOR)
        return false;
    uint32_t class = read_register(access, at, REGISTER_CLASS);
    bool bridge = (read_header(access, at) & HEADER_TYPE) == HEADER_BRIDGE;
    *function = (struct pci_function){
        .at = at,
        .vendor = (uint16_t)id,
        .device = (uint16_t)(id >> 16),
        .class_code = (uint8_t)(class >> 24),
        .subclass = (uint8_t)(class >> 16),
        .interface = (uint8_t)(class >> 8),
        .bridge = bridge,
        .secondary_bus = bridge ? (uint8_t)(read_register(access, at, REGISTER_BUSES) >> 8) : 0,
    };
    return true;
}

struct walk {
    const struct pci_access *access;
    void (*found)(void *context, const struct pci_function *function);
    void *context;
    bool known[BUSES];
    uint8_t queue[BUSES]; /* buses to look at, each once */
    unsigned queued;
};

static void add_bus(struct walk *walk, uint8_t bus)
{
    if (walk->known[bus])
        return;
    walk->known[bus] = true;
    walk->queue[walk->queued++] = bus;
}

static void walk_device(struct walk *walk, uint8_t bus, uint8_t device)
{
    struct pci_function function;
    unsigned count = 1;
    for (unsigned i = 0; i < count; i++) {
        struct pci_address at = {bus, device, (uint8_t)i};
        if (!pci_identify(walk->access, at, &function))
            continue; /* without function 0 there are no others: count is still 1 */
        if (i == 0 && (read_header(walk->access, at) & HEADER_MANY))
            count = FUNCTIONS;
        walk->found(walk->context, &function);
        if (function.bridge && function.secondary_bus)
            add_bus(walk, function.secondary_bus);
    }
}

void pci_walk(const struct pci_access *access, uint8_t bus,
              void (*found)(void *context, const struct pci_function *function), void *context)
{
    struct walk walk = {.access = access, .found = found, .context = context};
    add_bus(&walk, bus);
    for (unsigned i = 0; i < walk.queued; i++)
        for (uint8_t device = 0; device < DEVICES; device++)
            walk_device(&walk, walk.queue[i], device);
}
