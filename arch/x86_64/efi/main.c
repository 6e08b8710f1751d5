/* main.c: the loader from its entry to the kernel's: read, check, gather, leave. docs/uefi.md */
#include "arch/x86_64/efi/archive.h"
#include "arch/x86_64/efi/conf.h"
#include "arch/x86_64/efi/image.h"
#include "arch/x86_64/efi/loader.h"

#define KERNEL_PATH "\\dyad\\kernel.elf"
#define INITFS_PATH "\\dyad\\initfs.cpio"
#define CONF_PATH   "\\dyad\\boot.conf"
#define CONF_MAX    (16ULL << 20)
#define READ_TIME   5 /* seconds for a person to read a warning */

struct loader loader;

static void warn_conf(unsigned line, const char *what, void *context)
{
    unsigned *warnings = context;
    say("warning: " CONF_PATH " line %u: %s", line, what);
    ++*warnings;
}

/* -> the screen that it asks for. */
static struct screen_size take_conf(struct handoff *handoff)
{
    unsigned warnings = 0;
    struct screen_size screen = {0, 0};
    struct file conf = file_read(CONF_PATH, true);
    if (!conf.data) {
        say("warning: there is no " CONF_PATH "; the kernel starts without arguments");
        warnings++;
    } else if (conf.bytes > CONF_MAX) {
        give_up(CONF_PATH " is too large: %llu bytes", (unsigned long long)conf.bytes);
    } else {
        char *args = take_pages(conf.bytes + 1, "the boot arguments");
        handoff->args = (uint64_t)args;
        struct conf parsed = conf_parse(conf.data, conf.bytes, args, warn_conf, &warnings);
        handoff->args_bytes = parsed.args_bytes;
        screen = (struct screen_size){parsed.screen_width, parsed.screen_height};
    }
    if (warnings)
        pause_seconds(READ_TIME);
    return screen;
}

/* -> the kernel's entry. */
static uint64_t take_kernel(void)
{
    struct kernel_image image;
    struct file file = file_read(KERNEL_PATH, false);
    const char *wrong = image_check(file.data, file.bytes, &image);
    if (wrong)
        give_up(KERNEL_PATH " (%llu bytes) %s", (unsigned long long)file.bytes, wrong);
    void *to = take_pages(image.bytes, "the kernel");
    image_place(file.data, &image, to);
    return (uint64_t)to + image.entry;
}

static void take_initfs(struct handoff *handoff)
{
    struct file file = file_read(INITFS_PATH, false);
    const char *wrong = archive_check(file.data, file.bytes);
    if (wrong)
        give_up(INITFS_PATH " (%llu bytes) %s", (unsigned long long)file.bytes, wrong);
    handoff->initfs = (uint64_t)file.data;
    handoff->initfs_bytes = file.bytes;
}

/* ACPI 2.0's entry before 1.0's: only that one leads to tables above 4 GiB. */
static uint64_t find_rsdp(void)
{
    static EFI_GUID guids[] = {ACPI_20_TABLE_GUID, ACPI_TABLE_GUID};
    for (unsigned g = 0; g < ARRAY_COUNT(guids); g++)
        for (UINTN i = 0; i < loader.system->NumberOfTableEntries; i++)
            if (is_guid(&loader.system->ConfigurationTable[i].VendorGuid, &guids[g]))
                return (uint64_t)loader.system->ConfigurationTable[i].VendorTable;
    return 0;
}

/* What a failing generator may have written is no secret, but does no harm either: the kernel mixes. */
static void take_entropy(struct handoff *handoff)
{
    EFI_GUID guid = EFI_RNG_PROTOCOL_GUID;
    EFI_RNG_PROTOCOL *rng;
    if (loader.boot->LocateProtocol(&guid, NULL, (void **)&rng) != EFI_SUCCESS ||
        rng->GetRNG(rng, NULL, sizeof handoff->entropy, handoff->entropy) != EFI_SUCCESS)
        memset(handoff->entropy, 0, sizeof handoff->entropy);
}

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);
EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
    loader = (struct loader){image, system, system->BootServices};
    loader.boot->SetWatchdogTimer(0, 0, 0,
                                  NULL); /* a message may stay longer than its five minutes */
    struct handoff *handoff = take_pages(sizeof *handoff, "the handoff");
    memset(handoff, 0, sizeof *handoff);
    handoff->magic = HANDOFF_MAGIC;
    handoff->version = HANDOFF_VERSION;
    handoff->bytes = sizeof *handoff;
    volume_open();
    struct screen_size screen = take_conf(handoff);
    uint64_t entry = take_kernel();
    take_initfs(handoff);
    take_entropy(handoff);
    handoff->rsdp = find_rsdp();
    hand_over_prepare();
    say("starting the kernel"); /* tools/qemu waits for this line */
    screen_take(screen, &handoff->screen);
    hand_over(handoff, entry);
}
