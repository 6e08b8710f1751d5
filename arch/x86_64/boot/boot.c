/*
 * boot.c: from a loader's handoff to the kernel's own address space. Everything here runs at physical addresses; what it writes
 * into variables stays valid, pointers do not.
 */
#include "arch/x86_64/boot/boot.h"

#include "arch/x86_64/entropy.h"
#include "arch/x86_64/fail.h"
#include "arch/x86_64/options.h"
#include "arch/x86_64/screen.h"
#include "arch/x86_64/x86.h"

/* Where the random addresses lie. The image takes any page of 1 GiB, the direct map any GiB of 32 TiB, the stacks any
 * 2 MiB of 512 GiB. */
#define IMAGE_AREA  0xffffffff80000000UL
#define IMAGE_SLOTS 0x40000UL
#define DIRECT_AREA 0xffff800000000000UL
#define DIRECT_GIBS 0x8000UL
#define DIRECT_FIX  0xffff888000000000UL
#define STACK_AREA  0xffffe00000000000UL
#define STACK_SLOTS 0x3f000UL

struct handoff boot_handoff;
uint64_t boot_tsc;
uint64_t __stack_chk_guard = 0x595e9fbd94fda766UL;

/* SHT_RELR: the address of a word to relocate, or, odd, 63 bits that say which of the words behind the last ones are. */
extern const uint64_t image_relr_start[], image_relr_end[];

void boot_relocate(uint64_t to)
{
    static uint64_t base = IMAGE_LINK_BASE; /* what the words are relocated for */
    uint64_t here = (uint64_t)image_start, change = to - base;
    uint64_t *next = NULL;

    for (const uint64_t *entry = image_relr_start; entry < image_relr_end; entry++) {
        if (*entry & 1) {
            for (unsigned i = 0; i < 63; i++)
                if (*entry >> (i + 1) & 1)
                    next[i] += change;
            next += 63;
        } else {
            next =
                (uint64_t *)(here + *entry - IMAGE_LINK_BASE); // NOLINT(performance-no-int-to-ptr)
            *next++ += change;
        }
    }
    base = to;
}

static void take_handoff(const struct handoff *handoff)
{
    if (handoff->magic != HANDOFF_MAGIC || handoff->version != HANDOFF_VERSION ||
        handoff->bytes != sizeof *handoff)
        fail("the loader is of another version than the kernel: use those of one build");
    if (handoff->range_count > HANDOFF_RANGES_MAX)
        fail("the memory map has %u ranges, more than %u", handoff->range_count,
             HANDOFF_RANGES_MAX);
    boot_handoff = *handoff;
}

static uint64_t random_below(uint64_t limit)
{
    uint64_t number;
    arch_entropy(&number, sizeof number);
    return number % limit;
}

/* -> the image's address. */
static uint64_t choose_addresses(uint64_t *direct)
{
    bool fixed = options_find("nokaslr") != NULL;
    *direct = fixed ? DIRECT_FIX : DIRECT_AREA + (random_below(DIRECT_GIBS) << 30);
    stack_area = STACK_AREA + (fixed ? 0 : random_below(STACK_SLOTS) << 21);
    return IMAGE_AREA + (fixed ? 0 : random_below(IMAGE_SLOTS) << DYAD_PAGE_SHIFT);
}

static void map_part(uint64_t image, const uint8_t *start, const uint8_t *end, uint64_t flags)
{
    uint64_t offset = (uint64_t)(start - image_start);
    kernel_map(image + offset, image_phys + offset, (uint64_t)(end - start), flags);
}

static void map_image(uint64_t image)
{
    map_part(image, image_start, image_text_end, KERNEL_TEXT);
    map_part(image, image_text_end, image_rodata_end, KERNEL_RODATA);
    map_part(image, image_rodata_end, image_end, KERNEL_DATA);
    /* The switch itself, for a moment. */
    uint64_t page = PAGE_ROUND_DOWN((uint64_t)boot_enter_high);
    kernel_map(page, page, DYAD_PAGE_SIZE, PTE_PRESENT | PTE_ACCESSED);
}

/* "screen=1024x768": a loader that cannot set a mode (PVH) leaves it to us, where the display is one we know. */
static void screen_choose(void)
{
    uint32_t size[2] = {0, 0}, at = 0;
    const char *text = options_find("screen");
    if (!text || boot_handoff.screen.width)
        return;
    for (; *text; text++) {
        if (*text == 'x' && at == 0)
            at = 1;
        else if (*text >= '0' && *text <= '9' && size[at] < 100000)
            size[at] = size[at] * 10 + (uint32_t)(*text - '0');
        else
            fail("screen=: not of the form 1024x768");
    }
    if (!vga_set_mode(&boot_handoff.screen, size[0], size[1]))
        fail("screen=: no display that can be set to %ux%u (qemu: -vga std)", size[0], size[1]);
    screen_init(&boot_handoff.screen);
}

__attribute__((no_stack_protector)) _Noreturn void boot_main(const struct handoff *handoff)
{
    if (!boot_tsc)
        boot_tsc = rdtsc();
    serial_init();
    take_handoff(handoff);
    screen_init(&boot_handoff.screen);
    options_use_handoff();
    features_find();
    if (!features.nx)
        fail("this processor cannot forbid execution (NX); Dyad needs that");
    image_phys = (uint64_t)image_start;
    ram_init(&boot_handoff);
    options_init();
    screen_choose();
    entropy_seed(boot_handoff.entropy, sizeof boot_handoff.entropy);
    features_enable();
    uint64_t direct, image = choose_addresses(&direct);
    kernel_root = boot_pages(1);
    ram_map(&boot_handoff, direct);
    screen_map(direct);
    map_image(image);
    uint64_t guard; /* set at once, by a function that has none itself and does not return */
    arch_entropy(&guard, sizeof guard);
    __stack_chk_guard = guard & ~0xffUL; /* a string function stops there */
    uint64_t offset = image - image_phys;
    uint64_t stack = (uint64_t)boot_stack_top + offset;
    uint64_t function = (uint64_t)kernel_main + offset;
    boot_relocate(image);
    direct_base = direct;
    boot_enter_high(kernel_root, stack, function);
}
