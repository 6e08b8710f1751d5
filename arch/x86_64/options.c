/* options.c: the boot arguments: gathered from both texts of the handoff, with defaults for a session on the serial port. */
#include "options.h"

#include "boot/boot.h"

struct options options;

static const char *text_at(uint64_t phys)
{
    return arch_phys_ptr(phys);
}

/* Before there is memory for a copy: what the loader gave NUL-separated. */
void options_use_handoff(void)
{
    const char *args = text_at(boot_handoff.args);
    bool terminated = boot_handoff.args_bytes && !args[boot_handoff.args_bytes - 1];
    options.phys = boot_handoff.args;
    options.bytes = terminated ? (uint32_t)boot_handoff.args_bytes : 0;
}

static void add(const char *text, size_t bytes)
{
    char *to = arch_phys_ptr(options.phys);
    memcpy(to + options.bytes, text, bytes);
    options.bytes += (uint32_t)bytes;
    to[options.bytes++] = '\0';
}

/* Words at blanks. */
static void add_words(const char *text)
{
    while (*text) {
        size_t bytes = 0;
        while (text[bytes] && text[bytes] != ' ')
            bytes++;
        if (bytes)
            add(text, bytes);
        text += bytes + (text[bytes] == ' ');
    }
}

static void add_default(const char *text)
{
    add(text, strlen(text));
}

void options_init(void)
{
    const char *line = boot_handoff.command_line ? text_at(boot_handoff.command_line) : "";
    const char *args = text_at(boot_handoff.args);
    size_t args_bytes = boot_handoff.args_bytes;
    size_t room = args_bytes + strlen(line) + 64;
    options.phys = boot_pages(PAGE_ROUND_UP(room) / DYAD_PAGE_SIZE);
    options.bytes = 0;
    if (args_bytes)
        add(args, args[args_bytes - 1] ? args_bytes : args_bytes - 1);
    add_words(line);
    if (!options_find("tty") && !options_find("command") && !options_find("script") &&
        !options_find("link")) {
        const char *console = options_find("console");
        bool on_screen = console ? strlen(console) == 6 && memcmp(console, "screen", 6) == 0
                                 : boot_handoff.screen.width || options_find("screen");
        add_default("tty=1");
        add_default(on_screen ? "term=xterm-256color" : "term=vt100");
        if (on_screen && !console)
            add_default("console=screen");
    }
}

const char *options_find(const char *key)
{
    const char *text = text_at(options.phys);
    size_t length = strlen(key);
    for (uint32_t i = 0; i < options.bytes; i += (uint32_t)strlen(text + i) + 1)
        if (strlen(text + i) > length && memcmp(text + i, key, length) == 0 &&
            text[i + length] == '=')
            return text + i + length + 1;
    return NULL;
}

uint64_t options_number(const char *key, uint64_t otherwise)
{
    const char *text = options_find(key);
    uint64_t number = 0;
    if (!text || !*text)
        return otherwise;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || number > UINT32_MAX)
            return otherwise;
        number = number * 10 + (uint64_t)(*text - '0');
    }
    return number;
}
