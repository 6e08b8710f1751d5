/* gop.c: the graphics output: its modes, the panel's EDID, setting the mode. */
#include "arch/x86_64/efi/loader.h"

typedef EFI_GRAPHICS_OUTPUT_PROTOCOL gop_t;

static EFI_GUID gop_guid = EFI_GRAPHICS_OUTPUT_PROTOCOL_GUID;

static struct screen_size native_of(EFI_HANDLE handle)
{
    static EFI_GUID guids[] = {EFI_EDID_ACTIVE_PROTOCOL_GUID, EFI_EDID_DISCOVERED_PROTOCOL_GUID};
    for (unsigned i = 0; i < ARRAY_COUNT(guids); i++) {
        EFI_EDID_ACTIVE_PROTOCOL *edid; /* both have these two fields */
        if (loader.boot->HandleProtocol(handle, &guids[i], (void **)&edid) != EFI_SUCCESS)
            continue;
        struct screen_size size = screen_native(edid->Edid, edid->SizeOfEdid);
        if (size.width)
            return size;
    }
    return (struct screen_size){0, 0};
}

static uint32_t query_modes(gop_t *gop, struct handoff_screen *modes)
{
    uint32_t count = gop->Mode->MaxMode < SCREEN_MODES_MAX ? gop->Mode->MaxMode : SCREEN_MODES_MAX;
    for (uint32_t i = 0; i < count; i++) {
        EFI_GRAPHICS_OUTPUT_MODE_INFORMATION *info;
        UINTN bytes;
        modes[i].width = 0;
        if (gop->QueryMode(gop, i, &bytes, &info) != EFI_SUCCESS)
            continue;
        (void)screen_describe(info, &modes[i]); /* what cannot be used has width 0 */
        loader.boot->FreePool(info);
    }
    return count;
}

/* A mode that fails leaves the current one, which may do as well. */
static bool use(EFI_HANDLE handle, gop_t *gop, struct screen_size wanted,
                struct handoff_screen *out)
{
    static struct handoff_screen modes[SCREEN_MODES_MAX];
    uint32_t count = query_modes(gop, modes);
    uint32_t mode = screen_choose(modes, count, wanted, native_of(handle), gop->Mode->Mode);
    if (mode == SCREEN_NO_MODE)
        return false;
    if (mode != gop->Mode->Mode)
        (void)gop->SetMode(gop, mode);
    if (!gop->Mode->FrameBufferBase || !screen_describe(gop->Mode->Info, out))
        return false;
    out->base = gop->Mode->FrameBufferBase;
    return true;
}

/* The first screen that can be used. The firmware's console may have a graphics output that only stands for others: it has no
 * framebuffer. */
void screen_take(struct screen_size wanted, struct handoff_screen *out)
{
    EFI_HANDLE *handles;
    UINTN count;
    gop_t *gop;
    if (loader.boot->LocateHandleBuffer(ByProtocol, &gop_guid, NULL, &count, &handles) !=
        EFI_SUCCESS)
        return;
    for (UINTN i = 0; i < count; i++)
        if (loader.boot->HandleProtocol(handles[i], &gop_guid, (void **)&gop) == EFI_SUCCESS &&
            use(handles[i], gop, wanted, out))
            return;
    *out = (struct handoff_screen){.width = 0};
}
