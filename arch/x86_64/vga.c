/* vga.c: setting a mode of QEMU's and Bochs's display without firmware (docs/specs/standard-vga of QEMU), found on PCI bus 0. */
#include "screen.h"
#include "x86.h"

#define PCI_ADDRESS 0xcf8
#define PCI_DATA    0xcfc
#define PCI_DEVICES 32
#define PCI_ENABLE  0x80000000u
#define PCI_COMMAND 0x04
#define PCI_MEMORY  0x2u /* of the command: it answers to memory accesses */
#define PCI_BAR0    0x10
#define BAR_FLAGS   0xfu
#define DISPLAY_ID  0x11111234u

enum { /* registers behind the index port */
       DISPI_WIDTH = 1,
       DISPI_HEIGHT = 2,
       DISPI_BITS = 3,
       DISPI_ENABLE = 4,
       DISPI_VIRTUAL_WIDTH = 6,
};
#define DISPI_INDEX  0x1ce
#define DISPI_DATA   0x1cf
#define DISPI_ON     0x01
#define DISPI_LINEAR 0x40
#define MODE_MAX     4096

static uint32_t pci_read(unsigned device, unsigned offset)
{
    outl(PCI_ADDRESS, PCI_ENABLE | device << 11 | offset);
    return inl(PCI_DATA);
}

static void pci_write(unsigned device, unsigned offset, uint32_t value)
{
    outl(PCI_ADDRESS, PCI_ENABLE | device << 11 | offset);
    outl(PCI_DATA, value);
}

static void dispi_write(uint16_t index, uint16_t value)
{
    outw(DISPI_INDEX, index);
    outw(DISPI_DATA, value);
}

static uint16_t dispi_read(uint16_t index)
{
    outw(DISPI_INDEX, index);
    return inw(DISPI_DATA);
}

/* -> the framebuffer's address; 0: no such display, or nobody has given it an address. */
static uint64_t find(void)
{
    for (unsigned device = 0; device < PCI_DEVICES; device++) {
        if (pci_read(device, 0) != DISPLAY_ID)
            continue;
        pci_write(device, PCI_COMMAND, pci_read(device, PCI_COMMAND) | PCI_MEMORY);
        return pci_read(device, PCI_BAR0) & ~BAR_FLAGS;
    }
    return 0;
}

bool vga_set_mode(struct handoff_screen *screen, uint32_t width, uint32_t height)
{
    uint64_t base = find();
    if (!base || width < 320 || width > MODE_MAX || width % 8 || height < 200 || height > MODE_MAX)
        return false;
    dispi_write(DISPI_ENABLE, 0);
    dispi_write(DISPI_WIDTH, (uint16_t)width);
    dispi_write(DISPI_HEIGHT, (uint16_t)height);
    dispi_write(DISPI_BITS, 32);
    dispi_write(DISPI_ENABLE, DISPI_ON | DISPI_LINEAR);
    if (dispi_read(DISPI_WIDTH) != width || dispi_read(DISPI_HEIGHT) != height)
        return false;
    *screen = (struct handoff_screen){.base = base,
                                      .width = width,
                                      .height = height,
                                      .stride = dispi_read(DISPI_VIRTUAL_WIDTH) * 4u,
                                      .red_shift = 16,
                                      .green_shift = 8,
                                      .blue_shift = 0};
    return true;
}
