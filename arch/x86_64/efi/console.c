/* console.c: what the loader says, and waiting for a key. */
#include <stdarg.h>

#include "arch/x86_64/efi/loader.h"

#define LINE_MAX 300u

struct line {
    CHAR16 text[LINE_MAX + 3]; /* room for the end of the line */
    unsigned used;
};

static void put(struct line *line, char c)
{
    if (line->used < LINE_MAX)
        line->text[line->used++] = (CHAR16)(uint8_t)c;
}

static void put_text(struct line *line, const char *text)
{
    while (*text)
        put(line, *text++);
}

static void put_number(struct line *line, uint64_t number, unsigned base)
{
    char digits[24];
    unsigned count = 0;
    do {
        digits[count++] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number);
    while (count)
        put(line, digits[--count]);
}

static void put_formatted(struct line *line, const char *format, va_list arguments)
{
    for (; *format; format++) {
        if (*format != '%') {
            put(line, *format);
            continue;
        }
        bool is_long = format[1] == 'l' && format[2] == 'l';
        format += is_long ? 3 : 1;
        if (*format == 's')
            put_text(line, va_arg(arguments, const char *));
        else
            put_number(
                line, is_long ? va_arg(arguments, unsigned long long) : va_arg(arguments, unsigned),
                *format == 'x' ? 16 : 10);
    }
}

static void say_va(const char *format, va_list arguments)
{
    static struct line line;
    line.used = 0;
    put_text(&line, "dyad: ");
    put_formatted(&line, format, arguments);
    line.text[line.used] = '\r';
    line.text[line.used + 1] = '\n';
    line.text[line.used + 2] = 0;
    loader.system->ConOut->OutputString(loader.system->ConOut, line.text);
}

void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say_va(format, arguments);
    va_end(arguments);
}

/* Keys that were typed before are not meant for us. */
void pause_seconds(unsigned seconds)
{
    SIMPLE_INPUT_INTERFACE *in = loader.system->ConIn;
    EFI_INPUT_KEY key;
    in->Reset(in, FALSE);
    for (unsigned i = 0; i < seconds * 20; i++) {
        if (in->ReadKeyStroke(in, &key) == EFI_SUCCESS)
            return;
        loader.boot->Stall(50000);
    }
}

/* ReadKeyStroke rather than WaitForEvent: that works with consoles whose event never comes, too. */
void give_up(const char *format, ...)
{
    SIMPLE_INPUT_INTERFACE *in = loader.system->ConIn;
    EFI_INPUT_KEY key;
    va_list arguments;
    va_start(arguments, format);
    say_va(format, arguments);
    va_end(arguments);
    in->Reset(in, FALSE);
    say("press a key to return to the firmware");
    while (in->ReadKeyStroke(in, &key) != EFI_SUCCESS)
        loader.boot->Stall(50000);
    loader.boot->Exit(loader.image, EFI_LOAD_ERROR, 0, NULL);
    for (;;)
        __asm__ volatile("hlt");
}

const char *status_text(EFI_STATUS status)
{
    switch (status) {
    case EFI_NOT_FOUND: return "there is no such file";
    case EFI_OUT_OF_RESOURCES: return "out of memory";
    case EFI_DEVICE_ERROR: return "the device reports an error";
    case EFI_VOLUME_CORRUPTED: return "the file system is damaged";
    case EFI_NO_MEDIA:
    case EFI_MEDIA_CHANGED: return "the medium was removed or changed";
    case EFI_ACCESS_DENIED:
    case EFI_SECURITY_VIOLATION: return "access is denied";
    case EFI_UNSUPPORTED: return "the firmware does not support it";
    case EFI_INVALID_PARAMETER: return "the firmware refuses the request";
    default: return "the firmware reports an error";
    }
}
