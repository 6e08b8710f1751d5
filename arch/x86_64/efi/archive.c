/* archive.c: the structure of newc archives: every header, name and length, up to the trailer of each. */
#include "arch/x86_64/efi/archive.h"

#include "core/base.h"

/* A header is a magic number and 13 numbers of 8 hexadecimal digits, all text; then the name, then the data. */
#define HEADER_BYTES 110u
#define NUMBERS      13u
#define FILE_BYTES   6u /* which number */
#define NAME_BYTES   11u
#define TRAILER      "TRAILER!!!"

static bool parse_hex(const uint8_t *text, uint32_t *out)
{
    uint32_t number = 0;
    for (unsigned i = 0; i < 8; i++) {
        uint8_t c = text[i], lower = c | 0x20;
        uint32_t digit;
        if (c >= '0' && c <= '9')
            digit = c - (uint32_t)'0';
        else if (lower >= 'a' && lower <= 'f')
            digit = lower - (uint32_t)'a' + 10;
        else
            return false;
        number = number << 4 | digit;
    }
    *out = number;
    return true;
}

static bool parse_header(const uint8_t *header, uint32_t numbers[NUMBERS])
{
    if (memcmp(header, "070701", 6) != 0)
        return false;
    for (unsigned i = 0; i < NUMBERS; i++)
        if (!parse_hex(header + 6 + 8 * (size_t)i, &numbers[i]))
            return false;
    return true;
}

static uint64_t round_up4(uint64_t at)
{
    return (at + 3) & ~(uint64_t)3;
}

/* One archive at `at`; `*end` is where its trailer ends. */
static const char *check_one(const uint8_t *file, uint64_t bytes, uint64_t at, uint64_t *end)
{
    uint32_t numbers[NUMBERS];
    for (;;) {
        if (at > bytes || bytes - at < HEADER_BYTES)
            return "is cut short: an archive in it has no end";
        if (!parse_header(file + at, numbers))
            return "is damaged: it is no cpio archive (newc), or not all the way";
        uint64_t name = at + HEADER_BYTES, data = round_up4(name + numbers[NAME_BYTES]);
        if (name + numbers[NAME_BYTES] > bytes || data + numbers[FILE_BYTES] > bytes)
            return "is cut short: a file in it ends behind it";
        if (!numbers[NAME_BYTES] || file[name + numbers[NAME_BYTES] - 1])
            return "is damaged: a file in it has no proper name";
        at = round_up4(data + numbers[FILE_BYTES]);
        if (numbers[NAME_BYTES] >= sizeof TRAILER &&
            memcmp(file + name, TRAILER, sizeof TRAILER) == 0) {
            *end = at;
            return NULL;
        }
    }
}

const char *archive_check(const void *file, size_t bytes)
{
    const uint8_t *text = file;
    uint64_t at = 0;
    if (!bytes)
        return "is empty";
    while (at < bytes) {
        const char *wrong = check_one(text, bytes, at, &at);
        if (wrong)
            return wrong;
        while (at < bytes && !text[at]) /* between archives there may be zeros */
            at++;
    }
    return NULL;
}
