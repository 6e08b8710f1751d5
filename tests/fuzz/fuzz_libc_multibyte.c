/*
 * fuzz_libc_multibyte.c: bytes as multibyte text and numbers as wide text, through each function that converts, cut at any place,
 * against the host's; and there and back.
 */
#include <uchar.h>
#include <wchar.h>

#include "libc/fuzz_libc.h"

DY(mbrtowc);
DY(mbrlen);
DY(mbtowc);
DY(mblen);
DY(mbsnrtowcs);
DY(mbsrtowcs);
DY(mbstowcs);
DY(wcrtomb);
DY(wcsnrtombs);
DY(wcsrtombs);
DY(wcstombs);
DY(mbrtoc16);
DY(mbrtoc32);
DY(c16rtomb);
DY(c32rtomb);
DY(btowc);
DY(wctob);
DY(mbsinit);

enum { TEXT_ROOM = 64 };

/* The host's UTF-8 has characters beyond Unicode, of up to six bytes. */
static bool host_deviates(const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] >= 0xf4)
            return true;
    }
    return false;
}

/* mbrtowc in pieces as the input says: each call gives the same, and the whole is the same text. */
static void pieces(const uint8_t *bytes, size_t n, struct input *cuts)
{
    mbstate_t ours = {0}, theirs = {0};
    for (size_t at = 0; at < n;) {
        wchar_t a = -1, b = -1;
        size_t most = 1 + input_below(cuts, 5), left = n - at < most ? n - at : most;
        char *piece = memcpy(malloc(left), bytes + at, left);
        errno = 0;
        size_t r = dy_mbrtowc(&a, piece, left, &ours);
        int error = errno;
        errno = 0;
        size_t host = mbrtowc(&b, piece, left, &theirs);
        /* That no character begins so (e0 80, ed a0, f0 80) the host finds out at the character's end. */
        if (r == (size_t)-1 && host == (size_t)-2) {
            free(piece);
            return;
        }
        if (r != host || a != b || error != errno ||
            (r != (size_t)-1 && !dy_mbsinit(&ours) != !mbsinit(&theirs)))
            FAIL("mbrtowc(%s) after %s: ours %zd %x errno %d, the host's %zd %x errno %d",
                 fuzz_quoted(piece, left), fuzz_quoted(bytes, at), (ssize_t)r, (unsigned)a, error,
                 (ssize_t)host, (unsigned)b, errno);
        free(piece);
        if (r == (size_t)-1)
            return; /* the state is undefined */
        at += r == (size_t)-2 ? left : r ? r : 1;
    }
}

static void whole_strings(const char *text, size_t bytes, size_t room)
{
    wchar_t a[TEXT_ROOM + 2] = {0}, b[TEXT_ROOM + 2] = {0};
    for (int to_memory = 0; to_memory < 2; to_memory++) {
        const char *ours_end = text, *theirs_end = text;
        mbstate_t ours = {0}, theirs = {0};
        size_t r = dy_mbsnrtowcs(to_memory ? a : NULL, &ours_end, bytes, room, &ours);
        size_t host = mbsnrtowcs(to_memory ? b : NULL, &theirs_end, bytes, room, &theirs);
        /* A character that n cuts: the host stays before it or takes it into the state, and calls it an error or not. */
        if (r == host &&
            (r == (size_t)-1 || (ours_end == theirs_end && memcmp(a, b, sizeof a) == 0)))
            continue;
        if (!mbsinit(&theirs) || !dy_mbsinit(&ours) ||
            (r == (size_t)-1 && bytes > 0 && text[bytes - 1] & 0x80))
            continue;
        FAIL("mbsnrtowcs(%s, %zu, %zu): ours %zd, the host's %zd", fuzz_quoted(text, strlen(text)),
             bytes, room, (ssize_t)r, (ssize_t)host);
    }
    EXPECT(dy_mbstowcs(NULL, text, 0) == mbstowcs(NULL, text, 0));
    if (bytes > 0) /* of none, the host looks at one all the same */
        EXPECT(dy_mblen(text, bytes) == mblen(text, bytes));
}

static void utf16(const char *text, size_t n)
{
    mbstate_t ours = {0}, theirs = {0}, back = {0};
    char again[TEXT_ROOM * 2];
    size_t made = 0;
    for (size_t at = 0; at < n;) {
        char16_t a = 0, b = 0;
        size_t r = dy_mbrtoc16(&a, text + at, n - at, &ours),
               host = mbrtoc16(&b, text + at, n - at, &theirs);
        if (r == (size_t)-1 && host == (size_t)-2) /* as in pieces() */
            return;
        if (r != host || a != b)
            FAIL("mbrtoc16(%s): ours %zd %x, the host's %zd %x", fuzz_quoted(text + at, n - at),
                 (ssize_t)r, a, (ssize_t)host, b);
        if (r == (size_t)-1 || r == (size_t)-2)
            return;
        at += r == (size_t)-3 ? 0 : r ? r : 1;
        size_t bytes = dy_c16rtomb(again + made, a, &back);
        EXPECT(bytes <= 4);
        made += bytes;
    }
    /* The low half of the last one may still wait. */
    EXPECT(made <= n && memcmp(again, text, made) == 0 && n - made <= 4);
}

static void wide(struct input *in)
{
    wchar_t text[TEXT_ROOM];
    size_t n = 0;
    bool foreign = false;
    while (in->at < in->end && n + 1 < TEXT_ROOM) {
        text[n] = (wchar_t)(input_byte(in) & 1 ? input_bytes(in, 1) : input_bytes(in, 3));
        foreign |= (unsigned)text[n++] > 0x10ffff;
    }
    text[n] = 0;
    char a[TEXT_ROOM * 6 + 1] = {0}, b[TEXT_ROOM * 6 + 1] = {0};
    size_t room = n ? (size_t)text[0] % sizeof a : 3, count = n ? (size_t)text[n - 1] % (n + 2) : 1;
    const wchar_t *ours_end = text, *theirs_end = text;
    mbstate_t ours = {0}, theirs = {0};
    size_t r = dy_wcsnrtombs(a, &ours_end, count, room, &ours),
           host = foreign ? r : wcsnrtombs(b, &theirs_end, count, room, &theirs);
    if (!foreign &&
        (r != host || ours_end != theirs_end || (r != (size_t)-1 && memcmp(a, b, r) != 0)))
        FAIL("wcsnrtombs(%s, %zu, %zu): ours %zd end %td, the host's %zd end %td",
             fuzz_quoted_wide(text, n), count, room, (ssize_t)r, ours_end ? ours_end - text : -1,
             (ssize_t)host, theirs_end ? theirs_end - text : -1);
    EXPECT(foreign || dy_wcstombs(NULL, text, 0) == wcstombs(NULL, text, 0));
    for (size_t i = 0; i < n; i++) {
        r = dy_c32rtomb(a, (char32_t)text[i], &ours);
        EXPECT(r == (size_t)-1 || dy_mbrtowc(&text[i], a, r, &ours) == r || text[i] == 0);
        EXPECT(dy_wctob((wint_t)text[i]) == wctob((wint_t)text[i]) &&
               dy_btowc((uint8_t)text[i]) == btowc((uint8_t)text[i]));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, data + size};
    fuzz_locale();
    unsigned mode = input_byte(&in);
    if (mode & 1) {
        wide(&in);
        return 0;
    }
    size_t bytes = input_byte(&in), room = input_byte(&in) % (TEXT_ROOM + 1);
    struct input cuts = in;
    size_t n = (size_t)(in.end - in.at) < TEXT_ROOM ? (size_t)(in.end - in.at) : TEXT_ROOM - 1;
    if (host_deviates(in.at, n))
        return 0;
    pieces(in.at, n, &cuts);
    char *text = input_string(&in, TEXT_ROOM);
    whole_strings(text, bytes % (strlen(text) + 2), room);
    utf16(text, strlen(text));
    free(text);
    return 0;
}
