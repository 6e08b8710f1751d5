/*
 * lspci.c: /sbin/lspci: prints what is on PCI, a line a function: "BUS:DEVICE.FUNCTION VENDOR:DEVICE CLASS SUBCLASS INTERFACE", all
 * hexadecimal, after a line that says how it was read. It needs the names hw, memory and port: `svc start lspci; svc log lspci`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dyad/syscall.h>

#include "servers/pci/pci.h"

#define BUSES         256
#define BUS_BYTES     0x100000u
#define PORT_ADDRESS  0 /* offsets in port:cf8-8 */
#define PORT_DATA     4
#define ADDRESS_VALID 0x80000000u
#define NOTHING       UINT32_MAX

static int64_t open_path(const char *path, uint32_t flags)
{
    return dyad_open(HANDLE_NONE, path, strlen(path), flags, 0, NULL);
}

/* ---- in memory ---- */

struct memory {
    unsigned segment, first_bus, last_bus;
    uint64_t base;
    const volatile uint32_t *bus[BUSES]; /* mapped when it is first looked at */
};

static const volatile uint32_t *map_bus(const struct memory *memory, unsigned bus)
{
    char path[64];
    uint64_t base = memory->base + (uint64_t)bus * BUS_BYTES;
    snprintf(path, sizeof path, "memory:%llx-%x", (unsigned long long)base, BUS_BYTES);
    int64_t handle = open_path(path, FILE_READ);
    int64_t address = handle < 0 ? handle
                                 : dyad_map(HANDLE_NONE, 0, BUS_BYTES,
                                            MAP_PROT_READ | MAP_FLAG_SHARED, (handle_t)handle, 0);
    if (address < 0) {
        fprintf(stderr, "lspci: %s: error %d\n", path, (int)-address);
        exit(1);
    }
    return (const volatile uint32_t *)(uintptr_t)address; // NOLINT(performance-no-int-to-ptr)
}

static uint32_t read_memory(void *context, struct pci_address at, unsigned offset)
{
    struct memory *memory = context;
    if (at.bus < memory->first_bus || at.bus > memory->last_bus)
        return NOTHING;
    if (!memory->bus[at.bus])
        memory->bus[at.bus] = map_bus(memory, at.bus);
    return memory
        ->bus[at.bus][((unsigned)at.device << 15 | (unsigned)at.function << 12 | offset) / 4];
}

/* ---- by ports ---- */

static uint32_t read_ports(void *context, struct pci_address at, unsigned offset)
{
    handle_t ports = *(const handle_t *)context;
    uint32_t value = ADDRESS_VALID | (uint32_t)at.bus << 16 | (uint32_t)at.device << 11 |
                     (uint32_t)at.function << 8 | offset;
    if (dyad_write(ports, &value, sizeof value, PORT_ADDRESS) != sizeof value ||
        dyad_read(ports, &value, sizeof value, PORT_DATA) != sizeof value)
        return NOTHING;
    return value;
}

/* ---- */

static void print(void *context, const struct pci_function *function)
{
    (void)context;
    printf("%02x:%02x.%x %04x:%04x %02x %02x %02x\n", function->at.bus, function->at.device,
           function->at.function, function->vendor, function->device, function->class_code,
           function->subclass, function->interface);
}

static int list_ports(void)
{
    int64_t ports = open_path("port:cf8-8", FILE_RDWR);
    handle_t handle = (handle_t)ports;
    if (ports < 0) {
        fprintf(stderr, "lspci: port:cf8-8: error %d\n", (int)-ports);
        return 1;
    }
    printf("by ports cf8 and cfc\n");
    pci_walk(&(struct pci_access){read_ports, &handle}, 0, print, NULL);
    return 0;
}

/* A line of hw:pci. */
static bool parse(const char *line, struct memory *memory)
{
    unsigned long long base;
    memset(memory, 0, sizeof *memory);
    if (sscanf(line, "%x %x %x %llx", &memory->segment, &memory->first_bus, &memory->last_bus,
               &base) != 4 ||
        memory->last_bus >= BUSES)
        return false;
    memory->base = base;
    return true;
}

int main(void)
{
    static struct memory memory;
    char text[1024];
    int64_t file = open_path("hw:pci", FILE_READ);
    int64_t got = file < 0 ? file : dyad_read((handle_t)file, text, sizeof text - 1, 0);
    if (got < 0) {
        fprintf(stderr, "lspci: this machine has no PCI (hw:pci: error %d)\n", (int)-got);
        return 1;
    }
    text[got] = '\0';
    int status = got == 0 ? list_ports() : 0;
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        if (!parse(line, &memory)) {
            fprintf(stderr, "lspci: hw:pci says '%s'\n", line);
            return 1;
        }
        printf("segment %04x in memory at %llx, buses %02x to %02x\n", memory.segment,
               (unsigned long long)memory.base, memory.first_bus, memory.last_bus);
        pci_walk(&(struct pci_access){read_memory, &memory}, (uint8_t)memory.first_bus, print,
                 NULL);
    }
    return fflush(stdout) ? 1 : status;
}
