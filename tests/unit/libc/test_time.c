/* test_time.c: are dates computed, written and read as by the host, in several zones? */
#include "dy.h"
#include <time.h>

DY(gmtime_r);
DY(localtime_r);
DY(mktime);
DY(timegm);
DY(strftime);
DY(strptime);
DY(asctime_r);
DY(tzset);
DY(setenv);
extern char *dy_tzname[2];

static void set_zone(const char *tz)
{
    setenv("TZ", tz, 1);
    tzset();
    dy_setenv("TZ", tz, 1);
    dy_tzset();
}

static void same_tm(const struct tm *a, const struct tm *b, long long t)
{
    if (a->tm_sec != b->tm_sec || a->tm_min != b->tm_min || a->tm_hour != b->tm_hour ||
        a->tm_mday != b->tm_mday || a->tm_mon != b->tm_mon || a->tm_year != b->tm_year ||
        a->tm_wday != b->tm_wday || a->tm_yday != b->tm_yday || a->tm_isdst != b->tm_isdst ||
        a->tm_gmtoff != b->tm_gmtoff)
        fail_msg("%lld: ours %s, host %s", t, asctime(a), asctime(b));
}

static time_t random_time(void)
{
    switch (test_random() % 3) {
    case 0: return (time_t)(test_random() % 8000000000u) - 2000000000;
    case 1: return (time_t)(test_random() >> 20) - (1LL << 43);
    default: return (time_t)(test_random() % 50) * 31557600 + (time_t)(test_random() % 31557600);
    }
}

static void test_gmtime_and_back_equal_host(void **state)
{
    for (int i = 0; i < 200000; i++) {
        time_t t = random_time();
        struct tm ours, host;
        assert_non_null(dy_gmtime_r(&t, &ours));
        gmtime_r(&t, &host);
        same_tm(&ours, &host, t);
        assert_int_equal(dy_timegm(&ours), t);
    }
    time_t far = (time_t)1 << 60;
    struct tm tm;
    assert_null(dy_gmtime_r(&far, &tm));
}

static const char *const zones[] = {"UTC0",
                                    "CET-1CEST,M3.5.0,M10.5.0/3",
                                    "EST5EDT,M3.2.0,M11.1.0",
                                    "<+0330>-3:30",
                                    "NZST-12NZDT,M9.5.0,M4.1.0/3",
                                    "AEST-10AEDT,J274/1,J94/2:30",
                                    "XXX3YYY,59,300/-1"};

static void test_localtime_equals_host(void **state)
{
    for (size_t z = 0; z < sizeof zones / sizeof *zones; z++) {
        set_zone(zones[z]);
        assert_string_equal(dy_tzname[0], tzname[0]);
        for (int i = 0; i < 40000; i++) {
            time_t t = 100000000 + (time_t)(test_random() % 4000000000u);
            struct tm ours, host;
            dy_localtime_r(&t, &ours);
            localtime_r(&t, &host);
            same_tm(&ours, &host, t);
            assert_string_equal(ours.tm_zone, host.tm_zone);
            struct tm back = ours;
            assert_int_equal(dy_mktime(&back), t);
        }
    }
    set_zone("nonsense");
    assert_string_equal(dy_tzname[0], "UTC");
}

static void test_mktime_normalizes_as_host(void **state)
{
    for (size_t z = 0; z < 3; z++) {
        set_zone(zones[z]);
        for (int i = 0; i < 40000; i++) {
            struct tm ours = {.tm_year = 70 + (int)(test_random() % 100),
                              .tm_mon = (int)(test_random() % 60) - 30,
                              .tm_mday = (int)(test_random() % 200) - 100,
                              .tm_hour = (int)(test_random() % 200) - 100,
                              .tm_min = (int)(test_random() % 2000) - 1000,
                              .tm_sec = (int)(test_random() % 9999) - 5000,
                              .tm_isdst = -1},
                      host = ours, in = ours;
            time_t t = dy_mktime(&ours), h = mktime(&host);
            /* An hour that is skipped or repeated has two right answers. */
            if (t != h && labs(t - h) == 3600)
                continue;
            if (t != h)
                fail_msg("%s: %04d-%02d-%02d %d:%d:%d: ours %ld, host %ld", zones[z], in.tm_year,
                         in.tm_mon, in.tm_mday, in.tm_hour, in.tm_min, in.tm_sec, (long)t, (long)h);
            same_tm(&ours, &host, t);
        }
    }
}

static void test_strftime_equals_host(void **state)
{
    static const char all[] =
        "%a|%A|%b|%B|%c|%C|%d|%D|%e|%F|%g|%G|%h|%H|%I|%j|%k|%l|%m|%M|%n|%p|%P|%r|%R|%s|%S|%t|%T|%u|%U|%V"
        "|%w|%W|%x|%X|%y|%Y|%z|%Z|%%|%Ey|%Od|%-d|%_m|%-H|%_5d|%05d|%10Y|%^a|%10a";
    set_zone(zones[1]);
    for (int i = 0; i < 30000; i++) {
        char ours[600], host[600];
        time_t t = i < 20000 ? i * 86400LL * 3 : random_time() % 100000000000;
        struct tm tm;
        if (t < -30000000000)
            continue;
        localtime_r(&t, &tm);
        size_t n = dy_strftime(ours, sizeof ours, all, &tm),
               m = strftime(host, sizeof host, all, &tm);
        if (n != m || strcmp(ours, host) != 0)
            fail_msg("ours '%s'\nhost '%s'", ours, host);
    }
    char small[4];
    struct tm tm = {.tm_year = 124};
    assert_int_equal(dy_strftime(small, 4, "%Y", &tm), 0);
    assert_int_equal(dy_strftime(small, 4, "%y!", &tm), 3);
}

static void test_strptime_equals_host(void **state)
{
    static const char *const cases[][2] = {
        {"2024-02-29 12:34:56", "%Y-%m-%d %H:%M:%S"},
        {"2024-02-29", "%F"},
        {"Thu Feb 29 12:34:56 2024", "%c"},
        {"12/31/99", "%D"},
        {"31 December 1999", "%d %B %Y"},
        {"  7 jan 2001", "%d %b %Y"},
        {"11:05:06 PM", "%r"},
        {"12 am", "%I %p"},
        {"2024 060", "%Y %j"},
        {"23:59", "%R"},
        {"1 2 69", "%d %m %y"},
        {"1 2 68", "%d %m %y"},
        {"100%", "%H%%"},
        {"13 pm", "%I %p"},
        {"Monday", "%a"},
        {"x", "%d"},
        {"2024-13-01", "%F"},
        {"99999", "%Y"},
    };
    set_zone("UTC0");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tm ours = {0}, host = {0};
        char *a = dy_strptime(cases[i][0], cases[i][1], &ours),
             *b = strptime(cases[i][0], cases[i][1], &host);
        if (cases[i][1][1] == 'Y' && !cases[i][1][2])
            continue; /* the host reads four digits, we read all */
        if (!a != !b || (b && a != b))
            fail_msg("'%s' as '%s': ours %s, host %s", cases[i][0], cases[i][1], a, b);
        if (b)
            same_tm(&ours, &host, (long long)i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gmtime_and_back_equal_host),
        cmocka_unit_test(test_localtime_equals_host),
        cmocka_unit_test(test_mktime_normalizes_as_host),
        cmocka_unit_test(test_strftime_equals_host),
        cmocka_unit_test(test_strptime_equals_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
