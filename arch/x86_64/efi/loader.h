/* loader.h: the parts of the loader that call the firmware. Errors end in `give_up`; memory is never freed by hand: the firmware
 * takes back what a failed loader had, and the kernel all of it. */
#pragma once
#include <efi.h>

#include "arch/x86_64/boot/handoff.h"
#include "arch/x86_64/efi/screen.h"
#include "arch/x86_64/efi/tables.h"
#include "core/base.h"

#define LOADER_PAGE 4096ULL

struct loader {
    EFI_HANDLE image;
    EFI_SYSTEM_TABLE *system;
    EFI_BOOT_SERVICES *boot;
};
extern struct loader loader;

/* console.c: lines on the firmware's console, each beginning with "dyad: ". %s, %u (unsigned), %llu, %llx only. */
void say(const char *format, ...) PRINTF_LIKE(1, 2);
/* Say it, wait for a key, return to the firmware. */
_Noreturn void give_up(const char *format, ...) PRINTF_LIKE(1, 2);
/* Give a person time to read: until a key or the time is over. */
void pause_seconds(unsigned seconds);
const char *status_text(EFI_STATUS status);

/* memory.c: whole pages below 4 GiB, where the handoff must be; `what` is for the message when there are none. */
void *take_pages(size_t bytes, const char *what);
/* memcmp for GUIDs */
bool is_guid(const EFI_GUID *a, const EFI_GUID *b);

/* file.c: files of the volume that the loader came from. */
struct file {
    void *data;
    size_t bytes;
};
void volume_open(void);
/* The whole file in pages of its own. What cannot be read is the end, except when a file that may be missing is (data NULL). */
struct file file_read(const char *path, bool may_be_missing);

/* gop.c: set the mode that screen.h chooses; width 0 when there is no usable screen. `wanted` counts before the panel's native mode,
 * when it is known. Nothing can be said afterwards. */
void screen_take(struct screen_size wanted, struct handoff_screen *out);

/* handover.c: leave the firmware and enter the kernel at `entry`. */
_Noreturn void hand_over(struct handoff *handoff, uint64_t entry);
/* Pages for what hand_over needs, while there still is a console for errors. */
void hand_over_prepare(void);

/* enter.c: the processor */
bool has_four_levels(void); /* of page tables, as the kernel's own */
_Noreturn void enter_kernel(const struct tables *tables, uint64_t entry,
                            const struct handoff *handoff);
