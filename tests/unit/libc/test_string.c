/* test_string.c: memory and string functions at every alignment and length, beside the end of a page. */
#include "dy.h"
#include <ctype.h>
#include <strings.h>
#include <sys/mman.h>
#include <wchar.h>

DY(memcpy);
DY(memmove);
DY(memset);
DY(memcmp);
DY(memchr);
DY(memrchr);
DY(memmem);
DY(memccpy);
DY(strlen);
DY(strnlen);
DY(strcmp);
DY(strncmp);
DY(strcasecmp);
DY(strncasecmp);
DY(strcasestr);
DY(strverscmp);
DY(strchr);
DY(strrchr);
DY(strchrnul);
DY(strstr);
DY(strspn);
DY(strcspn);
DY(strpbrk);
DY(strtok_r);
DY(strsep);
DY(strcpy);
DY(strcat);
DY(strncpy);
DY(strncat);
DY(stpcpy);
DY(stpncpy);
DY(strerror);
DY(strdup);
DY(strndup);
DY(free);
DY(ffs);
DY(ffsl);
size_t dy_strlcpy(char *, const char *, size_t);
size_t dy_strlcat(char *, const char *, size_t);

enum { PAGE = 4096 };

/* A buffer whose end is followed by a page that faults. */
static char *guarded(size_t n)
{
    static char *end;
    if (!end) {
        char *p = mmap(NULL, 5 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        assert_true(p != MAP_FAILED);
        mprotect(p + 4 * PAGE, PAGE, PROT_NONE);
        end = p + 4 * PAGE;
    }
    return end - n;
}

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

static void test_copies_at_all_alignments(void **state)
{
    static unsigned char src[6000], dst[6000], want[6000];
    for (size_t i = 0; i < sizeof src; i++)
        src[i] = (unsigned char)test_random();
    static const size_t lengths[] = {200, 255, 256, 257, 1000, 1023, 1024, 1025, 1040, 3000, 4096};
    for (size_t l = 0; l < 150 + sizeof lengths / sizeof *lengths; l++) {
        size_t n = l < 150 ? l : lengths[l - 150];
        for (size_t a = 0; a < 17; a++)
            for (size_t b = 0; b < 17; b += 1 + (n > 150)) {
                memset(dst, 0xaa, sizeof dst);
                memset(want, 0xaa, sizeof want);
                assert_ptr_equal(dy_memcpy(dst + a, src + b, n), dst + a);
                memcpy(want + a, src + b, n);
                assert_memory_equal(dst, want, n + 64);
                assert_ptr_equal(dy_memset(dst + a, (int)n, n), dst + a);
                memset(want + a, (int)n, n);
                assert_memory_equal(dst, want, n + 64);
            }
    }
}

static void test_memmove_overlaps(void **state)
{
    static unsigned char ours[6000], want[6000];
    static const size_t lengths[] = {0,  1,  2,  3,  7,  8,   9,    15,   16,   17,
                                     31, 32, 33, 47, 64, 100, 1000, 1024, 1025, 2500};
    static const int shifts[] = {0,  1,  2,  7,   8,    15,   16,   17,
                                 31, 32, 33, 100, 1000, 1023, 1024, 1100};
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++)
        for (size_t s = 0; s < sizeof shifts / sizeof *shifts; s++)
            for (int back = 0; back < 2; back++) {
                for (size_t i = 0; i < sizeof ours; i++)
                    ours[i] = want[i] = (unsigned char)test_random();
                size_t from = 2000, to = back ? from - (size_t)shifts[s] : from + (size_t)shifts[s];
                dy_memmove(ours + to, ours + from, lengths[l]);
                memmove(want + to, want + from, lengths[l]);
                assert_memory_equal(ours, want, sizeof ours);
            }
}

static void test_searches_stop_at_the_page(void **state)
{
    for (size_t n = 1; n < 100; n++) {
        char *s = guarded(n);
        memset(s, 'x', n);
        assert_null(dy_memchr(s, 'y', n));
        s[n - 1] = 0;
        assert_int_equal(dy_strlen(s), n - 1);
        assert_int_equal(dy_strnlen(s, 1000), n - 1);
        assert_int_equal(dy_strnlen(s, n / 2), n / 2 < n - 1 ? n / 2 : n - 1);
        assert_null(dy_strchr(s, 'y'));
        assert_ptr_equal(dy_strchr(s, 0), s + n - 1);
        assert_ptr_equal(dy_strchrnul(s, 'y'), s + n - 1);
        assert_ptr_equal(dy_memchr(s, 0, (size_t)-1), s + n - 1);
        for (size_t i = 0; i + 1 < n; i++) {
            s[i] = 'y';
            assert_ptr_equal(dy_memchr(s, 'y', n), s + i);
            assert_null(dy_memchr(s, 'y', i));
            assert_ptr_equal(dy_strchr(s, 'y'), s + i);
            assert_ptr_equal(dy_strrchr(s, 'y'), s + i);
            s[i] = 'x';
        }
        if (n > 2)
            assert_ptr_equal(dy_strrchr(s, 'x'), s + n - 2);
        char *copy = guarded(n) - 200;
        assert_ptr_equal(dy_stpcpy(copy, s), copy + n - 1);
        assert_string_equal(copy, s);
    }
}

static void test_memchr_ignores_bytes_before(void **state)
{
    char buf[64] __attribute__((aligned(16)));
    memset(buf, 'a', sizeof buf);
    for (size_t i = 1; i < 16; i++)
        for (size_t n = 0; n + i < 40; n++)
            assert_null(dy_memchr(memset(buf + i, 'b', 40), 'a', n));
}

static void test_comparisons_equal_host(void **state)
{
    char a[300], b[300];
    for (int i = 0; i < 200000; i++) {
        size_t n = test_random() % 80, off = test_random() % 16, off2 = test_random() % 16;
        for (size_t k = 0; k < n; k++)
            a[off + k] = b[off2 + k] = (char)(1 + test_random() % 255);
        a[off + n] = b[off2 + n] = 0;
        if (n && test_random() % 2)
            b[off2 + test_random() % n] = (char)test_random();
        assert_int_equal(sign(dy_strcmp(a + off, b + off2)), sign(strcmp(a + off, b + off2)));
        assert_int_equal(sign(dy_memcmp(a + off, b + off2, n)), sign(memcmp(a + off, b + off2, n)));
        size_t m = test_random() % 90;
        assert_int_equal(sign(dy_strncmp(a + off, b + off2, m)),
                         sign(strncmp(a + off, b + off2, m)));
        assert_int_equal(sign(dy_strcasecmp(a + off, b + off2)),
                         sign(strcasecmp(a + off, b + off2)));
        assert_int_equal(sign(dy_strncasecmp(a + off, b + off2, m)),
                         sign(strncasecmp(a + off, b + off2, m)));
    }
}

/* Small alphabets make periodic needles, which is where a two-way search goes wrong. */
static void test_substring_search_equals_host(void **state)
{
    char hay[200], needle[40];
    for (int i = 0; i < 300000; i++) {
        size_t n = test_random() % 120, m = test_random() % (i % 3 ? 8 : 30);
        unsigned letters = 1 + (unsigned)(test_random() % 3);
        for (size_t k = 0; k < n; k++)
            hay[k] = (char)('a' + test_random() % letters);
        for (size_t k = 0; k < m; k++)
            needle[k] = (char)('a' + test_random() % letters);
        hay[n] = needle[m] = 0;
        if (n >= m && m && test_random() % 2)
            memcpy(hay + test_random() % (n - m + 1), needle, m);
        assert_ptr_equal(dy_memmem(hay, n, needle, m), memmem(hay, n, needle, m));
        assert_ptr_equal(dy_strstr(hay, needle), strstr(hay, needle));
        assert_ptr_equal(dy_strcasestr(hay, needle), strcasestr(hay, needle));
        assert_int_equal(dy_strspn(hay, needle), strspn(hay, needle));
        assert_int_equal(dy_strcspn(hay, needle), strcspn(hay, needle));
    }
}

static void test_bounded_copies(void **state)
{
    char buf[16];
    memset(buf, '#', sizeof buf);
    assert_ptr_equal(dy_strncpy(buf, "abc", 6), buf);
    assert_memory_equal(buf, "abc\0\0\0##", 8);
    dy_strncpy(buf, "abcdef", 3);
    assert_memory_equal(buf, "abc\0\0\0##", 8);
    assert_ptr_equal(dy_stpncpy(buf, "xy", 4), buf + 2);
    assert_int_equal(dy_strlcpy(buf, "0123456789", 5), 10);
    assert_string_equal(buf, "0123");
    assert_int_equal(dy_strlcat(buf, "abcdef", 7), 10);
    assert_string_equal(buf, "0123ab");
    assert_int_equal(dy_strlcat(buf, "abc", 3), 6);
    assert_int_equal(dy_strlcpy(buf, "zz", 0), 2);
    strcpy(buf, "ab");
    dy_strncat(buf, "cdef", 2);
    assert_string_equal(buf, "abcd");
    assert_ptr_equal(dy_memccpy(buf, "abcXdef", 'X', 7), buf + 4);
    assert_null(dy_memccpy(buf, "abc", 'X', 3));
    char *copy = dy_strndup("hello", 3);
    assert_string_equal(copy, "hel");
    dy_free(copy);
}

static void test_tokens(void **state)
{
    char text[] = "  a,b ,, c  ", *save, fields[] = "a,,b,";
    assert_string_equal(dy_strtok_r(text, " ,", &save), "a");
    assert_string_equal(dy_strtok_r(NULL, " ,", &save), "b");
    assert_string_equal(dy_strtok_r(NULL, " ,", &save), "c");
    assert_null(dy_strtok_r(NULL, " ,", &save));
    assert_null(dy_strtok_r(NULL, " ,", &save));
    char *rest = fields;
    assert_string_equal(dy_strsep(&rest, ","), "a");
    assert_string_equal(dy_strsep(&rest, ","), "");
    assert_string_equal(dy_strsep(&rest, ","), "b");
    assert_string_equal(dy_strsep(&rest, ","), "");
    assert_null(dy_strsep(&rest, ","));
}

static void test_version_order_equals_host(void **state)
{
    char a[16], b[16];
    static const char alphabet[] = "0019ab.";
    for (int i = 0; i < 300000; i++) {
        size_t n = test_random() % 8, m = test_random() % 8;
        for (size_t k = 0; k < 8; k++) {
            a[k] = alphabet[test_random() % 7];
            b[k] = test_random() % 2 ? a[k] : alphabet[test_random() % 7];
        }
        a[n] = b[m] = 0;
        if (sign(dy_strverscmp(a, b)) != sign(strverscmp(a, b)))
            fail_msg("'%s' '%s': %d, host %d", a, b, dy_strverscmp(a, b), strverscmp(a, b));
    }
}

static void test_errors_have_the_host_texts(void **state)
{
    for (int i = 0; i < 134; i++)
        if (strncmp(dy_strerror(i), "Unknown error", 13) != 0 && i != 84 && i != 97)
            assert_string_equal(dy_strerror(i), strerror(i));
    assert_string_equal(dy_strerror(9999), "Unknown error 9999");
    assert_string_equal(dy_strerror(-3), "Unknown error -3");
}

static void test_character_classes_equal_host(void **state)
{
    DY(isalnum);
    DY(isalpha);
    DY(isblank);
    DY(iscntrl);
    DY(isdigit);
    DY(isgraph);
    DY(islower);
    DY(isprint);
    DY(ispunct);
    DY(isspace);
    DY(isupper);
    DY(isxdigit);
    DY(tolower);
    DY(toupper);
    int (*ours[])(int) = {dy_isalnum, dy_isalpha, dy_isblank, dy_iscntrl, dy_isdigit, dy_isgraph,
                          dy_islower, dy_isprint, dy_ispunct, dy_isspace, dy_isupper, dy_isxdigit};
    int (*host[])(int) = {isalnum, isalpha, isblank, iscntrl, isdigit, isgraph,
                          islower, isprint, ispunct, isspace, isupper, isxdigit};
    for (int c = -1; c < 256; c++) {
        for (size_t f = 0; f < sizeof ours / sizeof *ours; f++)
            assert_int_equal(!ours[f](c), !host[f](c));
        assert_int_equal(dy_tolower(c), tolower(c));
        assert_int_equal(dy_toupper(c), toupper(c));
    }
    assert_int_equal(dy_ffs(0), 0);
    assert_int_equal(dy_ffs((int)0x80000000), 32);
    assert_int_equal(dy_ffsl(1L << 40), 41);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copies_at_all_alignments),
        cmocka_unit_test(test_memmove_overlaps),
        cmocka_unit_test(test_searches_stop_at_the_page),
        cmocka_unit_test(test_memchr_ignores_bytes_before),
        cmocka_unit_test(test_comparisons_equal_host),
        cmocka_unit_test(test_substring_search_equals_host),
        cmocka_unit_test(test_bounded_copies),
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_version_order_equals_host),
        cmocka_unit_test(test_errors_have_the_host_texts),
        cmocka_unit_test(test_character_classes_equal_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
