/* wide.c: formatted wide text: to memory and streams, and back; orientation. */
#include <locale.h>
#include <time.h>
#include <uchar.h>
#include <wchar.h>

#include "posix_test.h"

static wchar_t out[128];

#define CHECK_TEXT(count, text)              \
    do {                                     \
        CHECK_IS(count, (long)wcslen(text)); \
        CHECK(wcscmp(out, text) == 0);       \
    } while (0)

static void test_swprintf(void)
{
    int n = -1;

    CHECK_TEXT(swprintf(out, 128, L"%d %5.2f|%-6x|%c", 42, 3.14159, 255, 'z'),
               L"42  3.14|ff    |z");
    CHECK_TEXT(swprintf(out, 128, L"\u00e4%s\u20ac", "\xc3\xb6"), L"\u00e4\u00f6\u20ac");
    /* Widths and precisions count characters. */
    CHECK_TEXT(swprintf(out, 128, L"[%4s]", "\xc3\xb6"), L"[   \u00f6]");
    CHECK_TEXT(swprintf(out, 128, L"[%.2s]", "\xc3\xb6\xe2\x82\xac!"), L"[\u00f6\u20ac]");
    CHECK_TEXT(swprintf(out, 128, L"[%-4ls|%.1ls]", L"\u20ac", L"\u00e4\u00f6"),
               L"[\u20ac   |\u00e4]");
    CHECK_TEXT(swprintf(out, 128, L"%lc%n", (wint_t)0x1f600, &n), L"\U0001f600");
    CHECK_IS(n, 1);
    CHECK_TEXT(swprintf(out, 128, L"%2$d-%1$ls", L"x", 7), L"7-x");
    CHECK_IS(swprintf(out, 4, L"abcd"), -1); /* no room is an error */
    CHECK_IS(swprintf(out, 5, L"abcd"), 4);
    CHECK_ERROR(swprintf(out, 128, L"%s", "\xff"), EILSEQ);
}

static void test_swscanf(void)
{
    int a = 0, n = 0;
    double d = 0;
    char bytes[16];
    wchar_t wide[16], c[3] = {0};

    CHECK_IS(swscanf(L" 12 3.5 \u00f6\u20ac! x", L"%d %lf %s %ls%n", &a, &d, bytes, wide, &n), 4);
    CHECK(a == 12 && d == 3.5);
    CHECK(strcmp(bytes, "\xc3\xb6\xe2\x82\xac!") == 0);
    CHECK(wcscmp(wide, L"x") == 0);
    CHECK_IS(n, 13);
    CHECK_IS(swscanf(L"\u00e4\u00f6\u00fc", L"%2lc%ls", c, wide), 2);
    CHECK(c[0] == 0xe4 && c[1] == 0xf6 && wcscmp(wide, L"\u00fc") == 0);
    CHECK_IS(swscanf(L"\u00e4\u00f6x", L"%l[\u00e0-\u00ff]%d", wide, &a), 1);
    CHECK(wcscmp(wide, L"\u00e4\u00f6") == 0);
    CHECK_IS(swscanf(L"abc\u20ac1", L"%l[^\u20ac]\u20ac%d", wide, &a), 2);
    CHECK(wcscmp(wide, L"abc") == 0 && a == 1);
    CHECK_IS(swscanf(L"", L"%d", &a), EOF);
    CHECK_IS(swscanf(L"x", L"%d", &a), 0);
    CHECK_IS(swscanf(L"\u06611", L"%d", &a), 0); /* digits are ASCII's */
}

static void test_streams(void)
{
    wchar_t text[16];
    int a = 0;
    FILE *f = tmpfile();

    CHECK(f != NULL);
    CHECK_IS(fwide(f, 0), 0);
    CHECK_IS(fwprintf(f, L"%d \u20ac%ls\n", 5, L"\u00e4"), 5);
    CHECK(fwide(f, 0) > 0);
    CHECK(fwide(f, -1) > 0); /* it stays */
    rewind(f);
    CHECK_IS(fwscanf(f, L"%d %15ls", &a, text), 2);
    CHECK(a == 5 && wcscmp(text, L"\u20ac\u00e4") == 0);
    CHECK_IS(fgetwc(f), L'\n'); /* what ended the word is still there */
    CHECK_IS(fgetwc(f), WEOF);
    fclose(f);
    f = tmpfile();
    CHECK_IS(fputc('x', f), 'x');
    CHECK(fwide(f, 1) < 0);
    fclose(f);
}

static void test_memory_stream(void)
{
    wchar_t *text = NULL;
    size_t size = 99;
    FILE *f = open_wmemstream(&text, &size);

    CHECK(f != NULL);
    CHECK_IS(fwprintf(f, L"\u20ac%d", 12), 3);
    CHECK_IS(fflush(f), 0);
    CHECK_IS(size, 3);
    CHECK(wcscmp(text, L"\u20ac12") == 0);
    CHECK(fputwc(L'!', f) == L'!');
    CHECK_IS(fclose(f), 0);
    CHECK_IS(size, 4);
    CHECK(wcscmp(text, L"\u20ac12!") == 0);
    free(text);
}

static void test_time(void)
{
    struct tm tm = {.tm_year = 126, .tm_mon = 10, .tm_mday = 23, .tm_hour = 1};

    CHECK_TEXT((long)wcsftime(out, 128, L"%Y-%m-%d \u00e4 %H", &tm), L"2026-11-23 \u00e4 01");
    CHECK_IS(wcsftime(out, 4, L"%Y", &tm), 0); /* no room for the end */
    CHECK_IS(wcsftime(out, 5, L"%Y", &tm), 4);
}

static void test_utf16(void)
{
    char16_t c = 0;
    char mb[8];
    mbstate_t state = {0};

    CHECK_IS(mbrtoc16(&c, "\xc3\xa4", 2, &state), 2);
    CHECK_IS(c, 0xe4);
    CHECK_IS(mbrtoc16(&c, "\xf0\x9f\x98\x80x", 5, &state), 4);
    CHECK_IS(c, 0xd83d);
    CHECK(!mbsinit(&state));
    CHECK_IS(mbrtoc16(&c, "x", 1, &state), (size_t)-3);
    CHECK_IS(c, 0xde00);
    CHECK_IS(mbrtoc16(&c, "x", 1, &state), 1);
    CHECK_IS(mbrtoc16(&c, "", 1, &state), 0);
    CHECK_IS(mbrtoc16(&c, "\xff", 1, &state), (size_t)-1);
    memset(&state, 0, sizeof state);
    CHECK_IS(c16rtomb(mb, 0xd83d, &state), 0);
    CHECK_IS(c16rtomb(mb, 0xde00, &state), 4);
    CHECK(memcmp(mb, "\xf0\x9f\x98\x80", 4) == 0);
    CHECK_IS(c16rtomb(mb, 0xde00, &state), (size_t)-1); /* alone */
    CHECK_IS(errno, EILSEQ);
}

int main(void)
{
    CHECK(setlocale(LC_ALL, "C.UTF-8") != NULL);
    test_swprintf();
    test_swscanf();
    test_streams();
    test_memory_stream();
    test_time();
    test_utf16();
    return posix_end();
}
