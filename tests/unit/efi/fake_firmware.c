/* fake_firmware.c: the services that the loader calls. */
#include "fake_firmware.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"

#define PAGE            4096u
#define ALLOCATIONS_MAX 100
#define STRIDE          48u
#define KEYS_UNTIL      3u /* polls before somebody presses a key */

struct fake fake;

static jmp_buf end;
static struct {
    void *at;
    size_t pages;
} allocations[ALLOCATIONS_MAX];
static unsigned allocation_count;
static UINTN map_key;

static struct open_file {
    EFI_FILE interface; /* first */
    struct fake_file *file;
    uint64_t position;
} opened[FAKE_FILES];
static EFI_FILE root;

static int screen_handle, volume_handle, image_handle;
static EFI_GRAPHICS_OUTPUT_MODE_INFORMATION infos[FAKE_MODES];
static EFI_GRAPHICS_OUTPUT_PROTOCOL_MODE mode;

static bool same(const EFI_GUID *a, EFI_GUID b)
{
    return memcmp(a, &b, sizeof(b)) == 0;
}

/* ---- console ---- */

static EFI_STATUS output(struct _SIMPLE_TEXT_OUTPUT_INTERFACE *self, CHAR16 *text)
{
    size_t used = strlen(fake.said);
    assert_false(fake.has_left);
    for (; *text && used + 1 < sizeof(fake.said); text++)
        fake.said[used++] = (char)*text;
    fake.said[used] = '\0';
    return EFI_SUCCESS;
}

static EFI_STATUS reset(struct _SIMPLE_INPUT_INTERFACE *self, BOOLEAN extended)
{
    fake.keys_asked = 0;
    return EFI_SUCCESS;
}

static EFI_STATUS read_key(struct _SIMPLE_INPUT_INTERFACE *self, EFI_INPUT_KEY *key)
{
    return ++fake.keys_asked < KEYS_UNTIL ? EFI_NOT_READY : EFI_SUCCESS;
}

/* ---- files ---- */

static EFI_STATUS file_open(EFI_FILE *self, EFI_FILE **out, CHAR16 *path, UINT64 open_mode,
                            UINT64 attributes)
{
    for (unsigned i = 0; i < FAKE_FILES; i++) {
        const char *wanted = fake.files[i].path;
        size_t k = 0;
        while (wanted[k] && path[k] == (CHAR16)wanted[k])
            k++;
        if (wanted[k] || path[k] || !fake.files[i].data)
            continue;
        opened[i] = (struct open_file){root, &fake.files[i], 0};
        *out = &opened[i].interface;
        return EFI_SUCCESS;
    }
    return EFI_NOT_FOUND;
}

static EFI_STATUS file_close(EFI_FILE *self)
{
    return EFI_SUCCESS;
}

static EFI_STATUS file_set_position(EFI_FILE *self, UINT64 position)
{
    struct open_file *open = (struct open_file *)self;
    open->position = position == UINT64_MAX ? open->file->says : position;
    return EFI_SUCCESS;
}

static EFI_STATUS file_get_position(EFI_FILE *self, UINT64 *position)
{
    *position = ((struct open_file *)self)->position;
    return EFI_SUCCESS;
}

static EFI_STATUS file_read_some(EFI_FILE *self, UINTN *bytes, void *to)
{
    struct open_file *open = (struct open_file *)self;
    const struct fake_file *file = open->file;
    size_t left = open->position < file->bytes ? file->bytes - open->position : 0;
    *bytes = *bytes < left ? *bytes : left;
    *bytes = *bytes < 1000 ? *bytes : 1000; /* firmware may give less than was asked for */
    if (open->position + *bytes > file->error_at)
        return EFI_DEVICE_ERROR;
    memcpy(to, (const uint8_t *)file->data + open->position, *bytes);
    open->position += *bytes;
    return EFI_SUCCESS;
}

static EFI_STATUS open_volume(struct _EFI_SIMPLE_FILE_SYSTEM_PROTOCOL *self,
                              struct _EFI_FILE_HANDLE **out)
{
    root = (EFI_FILE){.Open = file_open,
                      .Close = file_close,
                      .Read = file_read_some,
                      .SetPosition = file_set_position,
                      .GetPosition = file_get_position};
    *out = &root;
    return fake.has_volume ? EFI_SUCCESS : EFI_VOLUME_CORRUPTED;
}

/* ---- memory ---- */

static EFI_STATUS allocate(EFI_ALLOCATE_TYPE type, EFI_MEMORY_TYPE kind, UINTN pages,
                           EFI_PHYSICAL_ADDRESS *at)
{
    assert_int_equal(type, AllocateMaxAddress);
    assert_int_equal(*at, 0xffffffff);
    assert_true(pages > 0 && allocation_count < ALLOCATIONS_MAX);
    if (!fake.allocations_left)
        return EFI_OUT_OF_RESOURCES;
    fake.allocations_left--;
    void *memory = aligned_alloc(PAGE, pages * PAGE);
    assert_non_null(memory);
    memset(memory, 0xcc, pages * PAGE);
    allocations[allocation_count].at = memory;
    allocations[allocation_count++].pages = pages;
    *at = (EFI_PHYSICAL_ADDRESS)memory;
    map_key++;
    return EFI_SUCCESS;
}

static EFI_STATUS free_pool(void *memory)
{
    free(memory);
    return EFI_SUCCESS;
}

/* Some RAM, what the loader was given, and a device. */
static EFI_STATUS get_memory_map(UINTN *bytes, EFI_MEMORY_DESCRIPTOR *map, UINTN *key,
                                 UINTN *stride, UINT32 *version)
{
    size_t needed = (allocation_count + 2) * STRIDE;
    if (*bytes < needed) {
        *bytes = needed;
        return EFI_BUFFER_TOO_SMALL;
    }
    assert_non_null(map);
    for (unsigned i = 0; i < allocation_count + 2; i++) {
        EFI_MEMORY_DESCRIPTOR d = {.Type = EfiConventionalMemory,
                                   .PhysicalStart = 0x100000,
                                   .NumberOfPages = 256,
                                   .Attribute = EFI_MEMORY_WB};
        if (i < allocation_count) {
            d.Type = EfiLoaderData;
            d.PhysicalStart = (EFI_PHYSICAL_ADDRESS)allocations[i].at;
            d.NumberOfPages = allocations[i].pages;
        } else if (i == allocation_count) {
            d.Type = EfiMemoryMappedIO;
            d.PhysicalStart = FAKE_SCREEN;
        }
        memcpy((uint8_t *)map + (size_t)i * STRIDE, &d, sizeof(d));
    }
    *bytes = needed;
    *key = map_key;
    *stride = STRIDE;
    *version = EFI_MEMORY_DESCRIPTOR_VERSION;
    return EFI_SUCCESS;
}

static EFI_STATUS exit_boot_services(EFI_HANDLE image, UINTN key)
{
    fake.exits++;
    assert_ptr_equal(image, &image_handle);
    if (fake.key_changes) {
        fake.key_changes--;
        map_key++;
    }
    if (key != map_key)
        return EFI_INVALID_PARAMETER;
    fake.has_left = true;
    return EFI_SUCCESS;
}

/* ---- protocols ---- */

static EFI_STATUS get_random(struct _EFI_RNG_PROTOCOL *self, EFI_RNG_ALGORITHM *algorithm,
                             UINTN bytes, UINT8 *to)
{
    memset(to, 0x5a, fake.rng_fails ? bytes / 2 : bytes);
    return fake.rng_fails ? EFI_DEVICE_ERROR : EFI_SUCCESS;
}

static EFI_STATUS query_mode(EFI_GRAPHICS_OUTPUT_PROTOCOL *self, UINT32 number, UINTN *bytes,
                             EFI_GRAPHICS_OUTPUT_MODE_INFORMATION **out)
{
    *bytes = sizeof(infos[0]);
    *out = malloc(*bytes);
    assert_non_null(*out);
    memcpy(*out, &infos[number], *bytes);
    return EFI_SUCCESS;
}

static EFI_STATUS set_mode(EFI_GRAPHICS_OUTPUT_PROTOCOL *self, UINT32 number)
{
    if (fake.set_mode_fails)
        return EFI_DEVICE_ERROR;
    fake.mode = mode.Mode = number;
    mode.Info = &infos[number];
    return EFI_SUCCESS;
}

static EFI_STATUS handle_protocol(EFI_HANDLE handle, EFI_GUID *guid, void **out)
{
    static EFI_LOADED_IMAGE loaded = {.DeviceHandle = &volume_handle};
    static EFI_FILE_IO_INTERFACE volume = {.OpenVolume = open_volume};
    static EFI_GRAPHICS_OUTPUT_PROTOCOL screen = {query_mode, set_mode, NULL, &mode};
    static EFI_EDID_ACTIVE_PROTOCOL edid;
    if (handle == &image_handle && same(guid, (EFI_GUID)LOADED_IMAGE_PROTOCOL))
        *out = &loaded;
    else if (handle == &volume_handle && same(guid, (EFI_GUID)SIMPLE_FILE_SYSTEM_PROTOCOL))
        *out = &volume;
    else if (handle == &screen_handle && same(guid, (EFI_GUID)EFI_GRAPHICS_OUTPUT_PROTOCOL_GUID))
        *out = &screen;
    else if (handle == &screen_handle && fake.edid &&
             same(guid, (EFI_GUID)EFI_EDID_DISCOVERED_PROTOCOL_GUID)) {
        edid = (EFI_EDID_ACTIVE_PROTOCOL){.SizeOfEdid = 128};
        memcpy(&edid.Edid, &fake.edid, sizeof(edid.Edid));
        *out = &edid;
    } else
        return EFI_UNSUPPORTED;
    return EFI_SUCCESS;
}

static EFI_STATUS locate_handles(EFI_LOCATE_SEARCH_TYPE type, EFI_GUID *guid, void *key,
                                 UINTN *count, EFI_HANDLE **out)
{
    static EFI_HANDLE handles[2] = {&volume_handle,
                                    &screen_handle}; /* the first has no screen after all */
    assert_true(same(guid, (EFI_GUID)EFI_GRAPHICS_OUTPUT_PROTOCOL_GUID));
    *count = ARRAY_COUNT(handles);
    *out = handles;
    return fake.has_screen ? EFI_SUCCESS : EFI_NOT_FOUND;
}

static EFI_STATUS locate_protocol(EFI_GUID *guid, void *registration, void **out)
{
    static EFI_RNG_PROTOCOL rng = {NULL, get_random};
    *out = &rng;
    return fake.has_rng && same(guid, (EFI_GUID)EFI_RNG_PROTOCOL_GUID) ? EFI_SUCCESS
                                                                       : EFI_NOT_FOUND;
}

/* ---- the rest ---- */

static EFI_STATUS stall(UINTN microseconds)
{
    return EFI_SUCCESS;
}

static EFI_STATUS set_watchdog(UINTN seconds, UINT64 code, UINTN bytes, CHAR16 *text)
{
    fake.watchdog_is_off = !seconds;
    return EFI_SUCCESS;
}

static EFI_STATUS leave_loader(EFI_HANDLE image, EFI_STATUS status, UINTN bytes, CHAR16 *text)
{
    fake.status = status;
    longjmp(end, FAKE_GAVE_UP);
}

bool has_four_levels(void)
{
    return fake.four_levels;
}

void enter_kernel(const struct tables *tables, uint64_t entry, const struct handoff *handoff)
{
    assert_true(fake.has_left);
    fake.tables = tables;
    fake.entry = entry;
    fake.handoff = *handoff;
    longjmp(end, FAKE_ENTERED);
}

static void init_screen(void)
{
    static const UINT32 sizes[FAKE_MODES][2] = {{800, 600}, {1024, 768}, {1920, 1200}};
    for (unsigned i = 0; i < FAKE_MODES; i++)
        infos[i] = (EFI_GRAPHICS_OUTPUT_MODE_INFORMATION){.HorizontalResolution = sizes[i][0],
                                                          .VerticalResolution = sizes[i][1],
                                                          .PixelFormat = fake.formats[i],
                                                          .PixelsPerScanLine = sizes[i][0]};
    mode = (EFI_GRAPHICS_OUTPUT_PROTOCOL_MODE){.MaxMode = FAKE_MODES,
                                               .Mode = fake.mode,
                                               .Info = &infos[fake.mode],
                                               .FrameBufferBase = FAKE_SCREEN};
}

void fake_init(void)
{
    static const EFI_GUID acpi1 = ACPI_TABLE_GUID, acpi2 = ACPI_20_TABLE_GUID;
    static uint8_t kernel[SAMPLE_KERNEL_BYTES];
    static char initfs[1000];
    static const char conf[] = "append=tty=1\nscreen=7x7\n";
    sample_kernel(kernel);
    size_t bytes = sample_archive(initfs);
    fake = (struct fake){
        .files = {{"\\dyad\\boot.conf", conf, sizeof(conf) - 1, sizeof(conf) - 1, SIZE_MAX},
                  {"\\dyad\\kernel.elf", kernel, sizeof(kernel), sizeof(kernel), SIZE_MAX},
                  {"\\dyad\\initfs.cpio", initfs, bytes, bytes, SIZE_MAX}},
        .allocations_left = 20,
        .four_levels = true,
        .has_rng = true,
        .has_volume = true,
        .acpi = {&acpi1, &acpi2},
        .has_screen = true,
        .mode = 1};
    for (unsigned i = 0; i < FAKE_MODES; i++)
        fake.formats[i] = PixelBlueGreenRedReserved8BitPerColor;
}

void fake_fini(void)
{
    while (allocation_count)
        free(allocations[--allocation_count].at);
}

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

enum fake_end fake_run(void)
{
    static SIMPLE_TEXT_OUTPUT_INTERFACE out = {.OutputString = output};
    static SIMPLE_INPUT_INTERFACE in = {.Reset = reset, .ReadKeyStroke = read_key};
    static EFI_BOOT_SERVICES boot = {.AllocatePages = allocate,
                                     .FreePool = free_pool,
                                     .GetMemoryMap = get_memory_map,
                                     .ExitBootServices = exit_boot_services,
                                     .HandleProtocol = handle_protocol,
                                     .LocateHandleBuffer = locate_handles,
                                     .LocateProtocol = locate_protocol,
                                     .Stall = stall,
                                     .SetWatchdogTimer = set_watchdog,
                                     .Exit = leave_loader};
    static EFI_CONFIGURATION_TABLE acpi[2];
    static EFI_SYSTEM_TABLE system;
    system = (EFI_SYSTEM_TABLE){
        .ConOut = &out, .ConIn = &in, .BootServices = &boot, .ConfigurationTable = acpi};
    for (unsigned i = 0; i < 2; i++)
        if (fake.acpi[i])
            acpi[system.NumberOfTableEntries++] =
                (EFI_CONFIGURATION_TABLE){*fake.acpi[i], (void *)(FAKE_ACPI_AT + i)};
    init_screen();
    int how = setjmp(end);
    if (!how) {
        efi_main(&image_handle, &system);
        fail_msg("the loader has returned from its main function");
    }
    return (enum fake_end)how;
}
