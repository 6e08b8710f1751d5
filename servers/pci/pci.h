/*
 * pci.h: finding the functions on PCI's buses by reading their configuration space (PCI Local Bus 3.0, 6; PCI-to-PCI Bridge 1.2, 3).
 * Pure: how a register is read is the caller's.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct pci_address {
    uint8_t bus, device, function;
};

struct pci_access {
    /* The 32 bits at that offset (a multiple of 4, below 256); all ones where nothing answers. */
    uint32_t (*read)(void *context, struct pci_address at, unsigned offset);
    void *context;
};

struct pci_function {
    struct pci_address at;
    uint16_t vendor, device;
    uint8_t class_code, subclass, interface;
    bool bridge;           /* to another bus: */
    uint8_t secondary_bus; /* its number; 0: nobody has given it one */
};

/* false: there is no function. */
bool pci_identify(const struct pci_access *access, struct pci_address at,
                  struct pci_function *function);
/* Calls found for every function on `bus` and behind its bridges, each bus once, in the order of addresses within a bus. */
void pci_walk(const struct pci_access *access, uint8_t bus,
              void (*found)(void *context, const struct pci_function *function), void *context);
