/*
 * issue8.c: small functions and formats that POSIX.1-2024 and C23 have added. Not run on the host, whose library is older.
 */
#define _GNU_SOURCE 1
#include <devctl.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbit.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <time.h>
#include <uchar.h>
#include <unistd.h>
#include <wchar.h>
#include "tests/posix/posix_test.h"

#pragma clang diagnostic ignored "-Wformat-nonliteral" /* the compiler knows an older printf */

static void test_wcslcpy(void)
{
    wchar_t room[6] = L"?????";
    CHECK_IS(wcslcpy(room, L"abc", 6), 3);
    CHECK(wcscmp(room, L"abc") == 0 && room[4] == L'?');
    CHECK_IS(wcslcat(room, L"defg", 6), 7);
    CHECK(wcscmp(room, L"abcde") == 0);
    CHECK_IS(wcslcpy(room, L"123456789", 4), 9);
    CHECK(wcscmp(room, L"123") == 0);
    CHECK_IS(wcslcpy(NULL, L"1234", 0), 4);
    CHECK_IS(wcslcpy(room, L"x", 1), 1);
    CHECK_IS(room[0], 0);
    wmemset(room, L'z', 6);
    CHECK_IS(wcslcat(room, L"ab", 3), 5); /* no end within the room: nothing is written */
    CHECK(room[2] == L'z' && room[3] == L'z');
}

/* One unit at a time, the first with the number of bytes read, the others with -3. */
static void test_mbrtoc8(void)
{
    static const char text[] = "a\xc3\xa9\xf0\x9f\x98\x80";
    static const int reads[] = {1, 2, -3, 4, -3, -3, -3};
    mbstate_t state = {0};
    char8_t unit;
    size_t at = 0;
    CHECK(setlocale(LC_ALL, "C.UTF-8") != NULL);
    for (size_t i = 0; i < sizeof reads / sizeof reads[0]; i++) {
        size_t got = mbrtoc8(&unit, text + at, sizeof text - at, &state);
        CHECK_IS(got, (size_t)reads[i]);
        CHECK_IS(unit, (unsigned char)text[i]);
        at += reads[i] > 0 ? (size_t)reads[i] : 0;
        CHECK_IS(mbsinit(&state) != 0, i == 0 || i == 2 || i == 6);
    }
    CHECK_IS(mbrtoc8(&unit, text + at, 1, &state), 0);
    CHECK_IS(unit, 0);
    CHECK_IS(mbrtoc8(&unit, "\xc3", 1, &state), (size_t)-2); /* in two pieces */
    CHECK_IS(mbrtoc8(&unit, "\xa9", 1, &state), 1);
    CHECK_IS(unit, 0xc3);
    CHECK_IS(mbrtoc8(NULL, "", 1, &state), (size_t)-3);
    CHECK_ERROR(mbrtoc8(&unit, "\xff", 1, &state), EILSEQ);
    mbstate_t fresh = {0};
    CHECK_IS(mbrtoc8(&unit, NULL, 0, &fresh), 0);
    setlocale(LC_ALL, "C");
    mbstate_t c = {0};
    CHECK_ERROR(mbrtoc8(&unit, "\xe9", 1, &c), EILSEQ); /* a byte, but no character */
}

static void test_c8rtomb(void)
{
    static const unsigned char text[] = "a\xc3\xa9\xf0\x9f\x98\x80";
    static const size_t writes[] = {1, 0, 2, 0, 0, 0, 4, 1};
    mbstate_t state = {0};
    char bytes[MB_LEN_MAX], all[20];
    size_t length = 0;
    CHECK(setlocale(LC_ALL, "C.UTF-8") != NULL);
    for (size_t i = 0; i < sizeof writes / sizeof writes[0]; i++) {
        CHECK_IS(c8rtomb(bytes, text[i], &state), writes[i]);
        memcpy(all + length, bytes, writes[i]);
        length += writes[i];
    }
    CHECK(length == sizeof text && memcmp(all, text, length) == 0);
    CHECK_ERROR(c8rtomb(bytes, 0x80, &state), EILSEQ);
    mbstate_t other = {0};
    CHECK_IS(c8rtomb(bytes, 0xc3, &other), 0);
    CHECK_ERROR(c8rtomb(bytes, 'x', &other), EILSEQ);
    CHECK_IS(c8rtomb(NULL, 'x', &state), 1);
    setlocale(LC_ALL, "C");
    mbstate_t c = {0};
    CHECK_IS(c8rtomb(bytes, 0xc3, &c), 0);
    CHECK_ERROR(c8rtomb(bytes, 0xa9, &c), EILSEQ); /* the locale has no such character */
}

static void test_devctl(void)
{
    int ends[2], info = 7, on = 1;
    struct winsize size;
    CHECK_IS(pipe(ends), 0);
    errno = 0;
    CHECK_IS(posix_devctl(ends[0], TIOCGWINSZ, &size, sizeof size, NULL), ENOTTY);
    CHECK_IS(posix_devctl(900, TIOCGWINSZ, &size, sizeof size, NULL), EBADF);
    CHECK_IS(posix_devctl(ends[0], FIONBIO, &on, sizeof on - 1, &info), EINVAL);
    CHECK_IS(posix_devctl(ends[0], FIONBIO, NULL, sizeof on, &info), EINVAL);
    CHECK_IS(info, 7);
    CHECK_IS(posix_devctl(ends[0], FIONBIO, &on, sizeof on, &info), 0);
    CHECK_IS(info, 0);
    CHECK(fcntl(ends[0], F_GETFL) & O_NONBLOCK);
    CHECK_IS(errno, 0);
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    struct winsize wanted = {.ws_row = 31, .ws_col = 99};
    CHECK_IS(posix_devctl(master, TIOCSWINSZ, &wanted, sizeof wanted, NULL), 0);
    CHECK_IS(posix_devctl(master, TIOCGWINSZ, &size, sizeof size, NULL), 0);
    CHECK(size.ws_row == 31 && size.ws_col == 99);
    close(master);
    close(ends[0]);
    close(ends[1]);
}

static int is_text(const char *got, const char *wanted)
{
    if (strcmp(got, wanted) == 0)
        return 1;
    printf("got \"%s\", wanted \"%s\"\n", got, wanted);
    return 0;
}

static void test_strfrom(void)
{
    char text[40];
    CHECK_IS(strfromd(text, sizeof text, "%.3f", 1.0 / 3), 5);
    CHECK(is_text(text, "0.333"));
    CHECK_IS(strfromf(text, sizeof text, "%g", 0.5f), 3);
    CHECK(is_text(text, "0.5"));
    CHECK_IS(strfroml(text, sizeof text, "%.1E", -1250.0L), 8);
    CHECK(is_text(text, "-1.2E+03"));
    CHECK_IS(strfroml(text, sizeof text, "%a", 1.0L) > 0, 1);
    CHECK_IS(strfromd(text, 3, "%.2f", 12.345), 5);
    CHECK(is_text(text, "12"));
    CHECK_IS(strfromd(NULL, 0, "%f", 1.5), 8);
    CHECK_IS(strfromd(text, sizeof text, "%F", -1.0 / 0.0), 4);
    CHECK(is_text(text, "-INF"));
}

static void test_bits(void)
{
    CHECK_IS(stdc_leading_zeros((unsigned char)1), 7);
    CHECK_IS(stdc_leading_zeros(0u), 32);
    CHECK_IS(stdc_leading_ones((unsigned short)0xff7f), 8);
    CHECK_IS(stdc_leading_ones(~0ul), 64);
    CHECK_IS(stdc_trailing_zeros((unsigned char)0), 8);
    CHECK_IS(stdc_trailing_zeros(40ull), 3);
    CHECK_IS(stdc_trailing_ones((unsigned char)0xff), 8);
    CHECK_IS(stdc_trailing_ones(7u), 3);
    CHECK_IS(stdc_first_leading_zero((unsigned char)0xbf), 2);
    CHECK_IS(stdc_first_leading_zero(~0u), 0);
    CHECK_IS(stdc_first_leading_one((unsigned short)1), 16);
    CHECK_IS(stdc_first_leading_one(0ul), 0);
    CHECK_IS(stdc_first_trailing_zero((unsigned char)3), 3);
    CHECK_IS(stdc_first_trailing_zero((unsigned char)0xff), 0);
    CHECK_IS(stdc_first_trailing_one(1ull << 63), 64);
    CHECK_IS(stdc_first_trailing_one(0u), 0);
    CHECK_IS(stdc_count_zeros((unsigned char)0xf0), 4);
    CHECK_IS(stdc_count_ones(0xf0f0ul), 8);
    CHECK(stdc_has_single_bit(64u) && !stdc_has_single_bit(0u) && !stdc_has_single_bit(6ul));
    CHECK_IS(stdc_bit_width(0u), 0);
    CHECK_IS(stdc_bit_width((unsigned char)255), 8);
    CHECK_IS(stdc_bit_floor(100ul), 64);
    CHECK_IS(stdc_bit_floor(0u), 0);
    CHECK_IS(stdc_bit_ceil(0u), 1);
    CHECK_IS(stdc_bit_ceil(65u), 128);
    CHECK_IS(stdc_bit_ceil((unsigned char)128), 128);
    CHECK(sizeof stdc_bit_ceil((unsigned char)1) == 1 && sizeof stdc_bit_floor(1ull) == 8);
    CHECK(stdc_leading_zeros_us(1) == 15 && stdc_count_ones((_Bool)1) == 1);
    CHECK(__STDC_ENDIAN_NATIVE__ == __STDC_ENDIAN_LITTLE__);
}

/* The formats are not literals: the compiler knows an older printf. */
static int prints(const char *wanted, const char *format, ...)
{
    char text[100];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    return is_text(text, wanted) && length == (int)strlen(wanted);
}

static void test_formats(void)
{
    CHECK(prints("101 0b101 0B101 0", "%b %#b %#B %#b", 5, 5, 5, 0));
    CHECK(prints("00000101|101     |0b000101|   00101", "%08b|%-8b|%#08b|%8.5b", 5, 5, 5, 5));
    CHECK(prints("1111111111111111111111111111111111111111111111111111111111111111", "%lb", ~0ul));
    CHECK(prints("11111111", "%" PRIb8, 255));
    CHECK(prints("-1 65535 -2 18446744073709551615", "%w8d %w16u %w32d %w64u", 255, -1, -2,
                 UINT64_MAX));
    CHECK(prints("-1 ff 7", "%wf8d %wf8x %wf64d", -1, -1, 7l));
    unsigned number = 0;
    uint8_t small[2] = {0, 9};
    int64_t large = 0;
    const char *binary = "%b%c", *widths = "%w8u %w64d";
    char next = 0;
    CHECK_IS(sscanf("0b1012", binary, &number, &next), 2);
    CHECK(number == 5 && next == '2');
    CHECK_IS(sscanf("-11", binary, &number, &next), 1);
    CHECK_IS(number, -3u);
    CHECK_IS(sscanf("2", binary, &number, &next), 0);
    CHECK_IS(sscanf("200 -5000000000", widths, &small[0], &large), 2);
    CHECK(small[0] == 200 && small[1] == 9 && large == -5000000000);
}

/* Programs are static: nothing can be loaded, and who tries is told so once. */
static void test_loading(void)
{
    Dl_info_t info;
    CHECK(dlerror() == NULL);
    CHECK(dlopen("libm.so", RTLD_NOW) == NULL);
    CHECK(dlerror() != NULL && dlerror() == NULL);
    CHECK(dlopen(NULL, RTLD_LAZY) == NULL && dlsym(NULL, "printf") == NULL);
    CHECK(dlerror() != NULL);
    CHECK_IS(dladdr((const void *)&info, &info), 0);
}

/* What the system says of itself by the names of this edition. */
static void test_configuration(void)
{
    char text[40];
    CHECK_IS(sysconf(_SC_NSIG), NSIG_MAX);
    CHECK_IS(sysconf(_SC_DEVICE_CONTROL), _POSIX_DEVICE_CONTROL);
    CHECK(sysconf(_SC_V8_LP64_OFF64) > 0 && sysconf(_SC_V8_ILP32_OFF32) == -1);
    CHECK(pathconf("/", _PC_FALLOC) > 0);
    CHECK_IS(pathconf("/", _PC_TEXTDOMAIN_MAX), TEXTDOMAIN_MAX);
    CHECK(confstr(_CS_POSIX_V8_WIDTH_RESTRICTED_ENVS, text, sizeof text) > 1);
    CHECK(is_text(text, "POSIX_V8_LP64_OFF64"));
    CHECK_IS(confstr(_CS_POSIX_V8_LP64_OFF64_CFLAGS, text, sizeof text), 1);
    CHECK(confstr(_CS_V8_ENV, text, sizeof text) > 1);
}

static int calls;

static void count_call(void)
{
    calls++;
}

static void test_once(void)
{
    static once_flag flag = ONCE_FLAG_INIT;
    call_once(&flag, count_call);
    call_once(&flag, count_call);
    CHECK_IS(calls, 1);
    CHECK(!pthread_equal(pthread_self(), PTHREAD_NULL));
}

static void test_time_bases(void)
{
    static const struct {
        int base;
        clockid_t clock;
    } bases[] = {{TIME_UTC, CLOCK_REALTIME},
                 {TIME_MONOTONIC, CLOCK_MONOTONIC},
                 {TIME_ACTIVE, CLOCK_PROCESS_CPUTIME_ID},
                 {TIME_THREAD_ACTIVE, CLOCK_THREAD_CPUTIME_ID}};
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        struct timespec before, now, after;
        CHECK_IS(clock_gettime(bases[i].clock, &before), 0);
        CHECK_IS(timespec_get(&now, bases[i].base), bases[i].base);
        CHECK_IS(clock_gettime(bases[i].clock, &after), 0);
        CHECK(now.tv_sec >= before.tv_sec && now.tv_sec <= after.tv_sec);
        CHECK_IS(timespec_getres(&now, bases[i].base), bases[i].base);
    }
    struct timespec t;
    CHECK_IS(timespec_get(&t, 0), 0);
    CHECK_IS(timespec_getres(&t, 77), 0);
}

static void test_constants(void)
{
    CHECK(INT8_WIDTH == 8 && UINT64_WIDTH == 64 && INT_LEAST16_WIDTH == 16);
    CHECK_IS(INT_FAST16_WIDTH, sizeof(int_fast16_t) * CHAR_BIT);
    CHECK_IS(UINT_FAST32_WIDTH, sizeof(uint_fast32_t) * CHAR_BIT);
    CHECK(SIZE_WIDTH == 64 && PTRDIFF_WIDTH == 64 && WCHAR_WIDTH == 32 && WINT_WIDTH == 32);
    CHECK(BOOL_MAX == 1 && BOOL_WIDTH == 1);
    CHECK(fnmatch("ABC", "abc", FNM_IGNORECASE) == 0 && FNM_IGNORECASE == FNM_CASEFOLD);
    CHECK(is_text(nl_langinfo(ALTMON_3), "March") && is_text(nl_langinfo(ABALTMON_12), "Dec"));
}

int main(void)
{
    test_wcslcpy();
    test_mbrtoc8();
    test_c8rtomb();
    test_devctl();
    test_strfrom();
    test_bits();
    test_formats();
    test_once();
    test_time_bases();
    test_constants();
    test_loading();
    test_configuration();
    return posix_end();
}
