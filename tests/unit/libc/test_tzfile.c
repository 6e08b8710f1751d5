/* test_tzfile.c: are the host's compiled time zones read as the host reads them, and damaged ones refused? */
#include "dy.h"
#include <errno.h>
#include <time.h>
#include "internal/tzfile.h"

DY(localtime_r);
DY(mktime);
DY(tzset);
DY(setenv);
extern char *dy_tzname[2];
extern long dy_timezone;
bool dy___tzfile_parse(const void *contents, size_t size, struct tz_file *out);

/* Negative summer time, two offsets, half hours, a day left out, south, polar, rules that ended, several changes in a year. */
static const char *const zones[] = {
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Moscow",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Nuuk",
    "America/Caracas",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Asia/Kathmandu",
    "Asia/Gaza",
    "Asia/Tehran",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Africa/Monrovia",
    "UTC",
    ":EST5EDT",
    ":Europe/Paris",
    "/usr/share/zoneinfo/Asia/Seoul",
};

static bool set_zone(const char *tz)
{
    char path[200];
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", tz + (*tz == ':'));
    FILE *f = fopen(*tz == '/' ? tz : path, "rb");
    if (f)
        fclose(f);
    setenv("TZ", tz, 1);
    tzset();
    dy_setenv("TZ", tz, 1);
    dy_tzset();
    return f != NULL;
}

/* From 1901 to 2200, often near the present. */
static time_t random_time(void)
{
    return test_random() % 2 ? (time_t)(test_random() % 9436000000u) - 2177000000
                             : (time_t)(test_random() % 2208988800u);
}

static void compare(const char *zone, time_t t)
{
    struct tm ours, host;
    assert_non_null(dy_localtime_r(&t, &ours));
    localtime_r(&t, &host);
    if (ours.tm_gmtoff != host.tm_gmtoff || ours.tm_isdst != host.tm_isdst ||
        ours.tm_hour != host.tm_hour || ours.tm_yday != host.tm_yday ||
        strcmp(ours.tm_zone, host.tm_zone) != 0)
        fail_msg("%s at %lld: ours %s%+ld (%d), host %s%+ld (%d)", zone, (long long)t, ours.tm_zone,
                 ours.tm_gmtoff, ours.tm_isdst, host.tm_zone, host.tm_gmtoff, host.tm_isdst);
}

static void test_localtime_equals_host(void **state)
{
    (void)state;
    size_t there = 0;
    for (size_t z = 0; z < sizeof zones / sizeof *zones; z++) {
        if (!set_zone(zones[z]))
            continue;
        there++;
        assert_string_equal(dy_tzname[0], tzname[0]);
        assert_int_equal(dy_timezone, timezone);
        for (int i = 0; i < 20000; i++)
            compare(zones[z], random_time());
    }
    if (there == 0)
        skip(); /* a host without tzdata */
}

static void test_mktime_gives_back_what_localtime_took(void **state)
{
    (void)state;
    for (size_t z = 0; z < sizeof zones / sizeof *zones; z++) {
        if (!set_zone(zones[z]))
            continue;
        for (int i = 0; i < 5000; i++) {
            time_t t = random_time();
            struct tm tm, again;
            dy_localtime_r(&t, &tm);
            again = tm;
            time_t back = dy_mktime(&again);
            /* What a change of the offset alone repeats is ambiguous. */
            if (back != t && (again.tm_isdst != tm.tm_isdst || again.tm_hour != tm.tm_hour ||
                              again.tm_min != tm.tm_min))
                fail_msg("%s at %lld: %lld", zones[z], (long long)t, (long long)back);
        }
    }
}

static void test_mktime_follows_the_claimed_zone(void **state)
{
    (void)state;
    if (!set_zone("Europe/Berlin"))
        skip();
    static const struct {
        int month, day, hour, isdst;
        time_t expected;
    } cases[] = {
        {6, 1, 12, -1, 1719828000}, {6, 1, 12, 0, 1719831600}, {0, 15, 12, 1, 1705312800},
        {0, 15, 12, 0, 1705316400}, {9, 27, 2, 1, 1729987200}, {9, 27, 2, 0, 1729990800},
        {2, 31, 2, -1, 1711846800},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tm tm = {.tm_year = 124,
                        .tm_mon = cases[i].month,
                        .tm_mday = cases[i].day,
                        .tm_hour = cases[i].hour,
                        .tm_isdst = cases[i].isdst};
        assert_int_equal(dy_mktime(&tm), cases[i].expected);
    }
}

static void test_unknown_zones_are_utc_and_leave_errno(void **state)
{
    (void)state;
    static const char *const bad[] = {"No/Where", "../../../etc/passwd", "/etc/passwd", ":",
                                      "Europe",   "/usr/share/zoneinfo/"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dy_errno = 7;
        dy_setenv("TZ", bad[i], 1);
        time_t t = 1700000000;
        struct tm tm;
        dy_localtime_r(&t, &tm);
        assert_int_equal(tm.tm_gmtoff, 0);
        assert_string_equal(tm.tm_zone, "UTC");
        assert_int_equal(dy_errno, 7);
    }
}

/* A file of two blocks, as zic writes them, for a zone with one change. */
static size_t make_file(unsigned char *out)
{
    static const unsigned char header[] = {'T', 'Z', 'i', 'f', '2', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                           0,   0,   0,   0,   0,   0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                           0,   0,   0,   0,   0,   1, 0, 0, 0, 2, 0, 0, 0, 8};
    static const unsigned char types[] = {0, 0, 0x0e, 0x10, 0,   0, 0,   0,   0x1c, 0x20,
                                          1, 4, 'A',  'A',  'A', 0, 'B', 'B', 'B',  0};
    size_t n = 0;
    for (size_t width = 4; width <= 8; width += 4) {
        memcpy(out + n, header, sizeof header);
        n += sizeof header;
        memset(out + n, 0, width);
        out[n + width - 2] = 0x10; /* at 4096 */
        n += width;
        out[n++] = 1;
        memcpy(out + n, types, sizeof types);
        n += sizeof types;
    }
    memcpy(out + n, "\nAAA-1\n", 7);
    return n + 7;
}

static void test_damaged_files_are_refused(void **state)
{
    (void)state;
    unsigned char good[400], bad[400];
    size_t size = make_file(good);
    struct tz_file file;
    assert_true(dy___tzfile_parse(good, size, &file));
    assert_int_equal(file.time_count, 1);
    assert_memory_equal(file.footer, "AAA-1\n", 6);
    for (size_t n = 0; n < size - 7; n++)
        assert_false(dy___tzfile_parse(good, n, &file));
    assert_true(dy___tzfile_parse(good, size - 1, &file) &&
                !file.footer); /* a line without an end is none */
    enum { SECOND = 69 };      /* where the header of the second block is */
    static const struct {
        size_t at;
        unsigned char value;
    } damage[] = {{0, 'x'},         {SECOND, 'x'},    {SECOND + 32, 0x80}, {SECOND + 36, 1},
                  {SECOND + 39, 0}, {SECOND + 43, 0}, {SECOND + 52, 2},    {SECOND + 53, 1},
                  {SECOND + 57, 2}, {SECOND + 58, 8}, {SECOND + 72, 'x'}};
    for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
        memcpy(bad, good, size);
        bad[damage[i].at] = damage[i].value;
        if (dy___tzfile_parse(bad, size, &file))
            fail_msg("damage %zu is not noticed", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_localtime_equals_host),
        cmocka_unit_test(test_mktime_gives_back_what_localtime_took),
        cmocka_unit_test(test_mktime_follows_the_claimed_zone),
        cmocka_unit_test(test_unknown_zones_are_utc_and_leave_errno),
        cmocka_unit_test(test_damaged_files_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
