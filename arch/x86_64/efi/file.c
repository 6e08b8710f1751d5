/* file.c: reading files of the EFI system partition. */
#include "arch/x86_64/efi/loader.h"

#define PATH_MAX    64u
#define FILE_MAX    (1ULL << 31)
#define CHUNK_BYTES (1ULL << 20) /* some firmware cannot read more at once */

static EFI_FILE_HANDLE root;

void volume_open(void)
{
    EFI_GUID loaded_image = LOADED_IMAGE_PROTOCOL, file_system = SIMPLE_FILE_SYSTEM_PROTOCOL;
    EFI_LOADED_IMAGE *self;
    EFI_FILE_IO_INTERFACE *volume;
    EFI_STATUS status = loader.boot->HandleProtocol(loader.image, &loaded_image, (void **)&self);
    if (status == EFI_SUCCESS)
        status = loader.boot->HandleProtocol(self->DeviceHandle, &file_system, (void **)&volume);
    if (status == EFI_SUCCESS)
        status = volume->OpenVolume(volume, &root);
    if (status != EFI_SUCCESS)
        give_up("cannot open the volume that the loader was started from: %s", status_text(status));
}

static EFI_FILE_HANDLE open_file(const char *path, EFI_STATUS *status)
{
    CHAR16 wide[PATH_MAX];
    EFI_FILE_HANDLE file = NULL;
    unsigned i = 0;
    for (; path[i] && i < PATH_MAX - 1; i++)
        wide[i] = (CHAR16)path[i];
    wide[i] = 0;
    *status = root->Open(root, &file, wide, EFI_FILE_MODE_READ, 0);
    return file;
}

/* The end of the file is its size. A folder has none: that is unsupported there. */
static uint64_t size_of(EFI_FILE_HANDLE file, EFI_STATUS *status)
{
    uint64_t size = 0;
    *status = file->SetPosition(file, UINT64_MAX);
    if (*status == EFI_SUCCESS)
        *status = file->GetPosition(file, &size);
    if (*status == EFI_SUCCESS)
        *status = file->SetPosition(file, 0);
    return size;
}

static void read_all(EFI_FILE_HANDLE file, const char *path, struct file *to)
{
    size_t done = 0;
    while (done < to->bytes) {
        UINTN count = to->bytes - done < CHUNK_BYTES ? to->bytes - done : CHUNK_BYTES;
        EFI_STATUS status = file->Read(file, &count, (uint8_t *)to->data + done);
        if (status != EFI_SUCCESS)
            give_up("cannot read %s: %s (after %llu of %llu bytes)", path, status_text(status),
                    (unsigned long long)done, (unsigned long long)to->bytes);
        if (!count)
            give_up("%s ends after %llu bytes, but its folder says that it has %llu", path,
                    (unsigned long long)done, (unsigned long long)to->bytes);
        done += count;
    }
}

struct file file_read(const char *path, bool may_be_missing)
{
    EFI_STATUS status;
    struct file out = {NULL, 0};
    EFI_FILE_HANDLE file = open_file(path, &status);
    if (status == EFI_NOT_FOUND && may_be_missing)
        return out;
    if (status != EFI_SUCCESS)
        give_up("cannot open %s: %s", path, status_text(status));
    uint64_t size = size_of(file, &status);
    if (status != EFI_SUCCESS)
        give_up("cannot find the size of %s: %s", path, status_text(status));
    if (size > FILE_MAX)
        give_up("%s is too large: %llu bytes", path, (unsigned long long)size);
    out.bytes = size;
    out.data = take_pages(size, path);
    read_all(file, path, &out);
    file->Close(file);
    return out;
}
