/* calendar.c: time.h without clocks: broken-down time, mktime's normalisation, strftime and strptime, TZ. */
#include <limits.h>
#include <stdint.h>
#include <time.h>
#include <wchar.h>

#include "posix_test.h"

#pragma clang diagnostic ignored "-Wformat-nonliteral" /* tables of formats */

static void zone(const char *tz)
{
    setenv("TZ", tz, 1);
    tzset();
}

static void test_formats(void)
{
    /* Saturday, 6 February 1999, 07:08:09 */
    struct tm tm = {.tm_sec = 9,
                    .tm_min = 8,
                    .tm_hour = 7,
                    .tm_mday = 6,
                    .tm_mon = 1,
                    .tm_year = 99,
                    .tm_wday = 6,
                    .tm_yday = 36};
    static const char *const cases[][2] = {
        {"%a %A", "Sat Saturday"},
        {"%b %B %h", "Feb February Feb"},
        {"%c", "Sat Feb  6 07:08:09 1999"},
        {"%C", "19"},
        {"%d %e", "06  6"},
        {"%D", "02/06/99"},
        {"%F", "1999-02-06"},
        {"%g %G", "99 1999"},
        {"%H %I", "07 07"},
        {"%j", "037"},
        {"%m %M", "02 08"},
        {"%n%t%%", "\n\t%"},
        {"%p", "AM"},
        {"%r", "07:08:09 AM"},
        {"%R %T", "07:08 07:08:09"},
        {"%S", "09"},
        {"%u %w", "6 6"},
        {"%U %V %W", "05 05 05"},
        {"%x", "02/06/99"},
        {"%X", "07:08:09"},
        {"%y %Y", "99 1999"},
        {"%Ec %EC %Ex %EX %Ey %EY", "Sat Feb  6 07:08:09 1999 19 02/06/99 07:08:09 99 1999"},
        {"%Od %Oe %OH %OI %Om %OM %OS %Ou %OU %OV %Ow %OW %Oy",
         "06  6 07 07 02 08 09 6 05 05 6 05 99"},
        {"", ""}};
    char text[200];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        memset(text, '?', sizeof text);
        CHECK_IS(strftime(text, sizeof text, cases[i][0], &tm), strlen(cases[i][1]));
        if (strcmp(text, cases[i][1]) != 0)
            printf("%s: \"%s\"\n", cases[i][0], text);
        CHECK(strcmp(text, cases[i][1]) == 0);
    }
    CHECK_IS(strftime(text, 4, "%Y", &tm), 0); /* no room for the zero */
    CHECK_IS(strftime(text, 5, "%Y", &tm), 4);
    /* ISO 8601 weeks around New Year. */
    static const struct {
        int year, month, day;
        const char *week;
    } weeks[] = {{2005, 1, 1, "2004-W53-6"},   {2005, 12, 31, "2005-W52-6"},
                 {2006, 1, 1, "2005-W52-7"},   {2007, 1, 1, "2007-W01-1"},
                 {2008, 12, 29, "2009-W01-1"}, {2010, 1, 3, "2009-W53-7"},
                 {2012, 1, 1, "2011-W52-7"},   {2020, 12, 31, "2020-W53-4"}};
    zone("UTC0");
    for (size_t i = 0; i < sizeof weeks / sizeof *weeks; i++) {
        struct tm day = {
            .tm_year = weeks[i].year - 1900, .tm_mon = weeks[i].month - 1, .tm_mday = weeks[i].day};
        CHECK(mktime(&day) != (time_t)-1);
        strftime(text, sizeof text, "%G-W%V-%u", &day);
        CHECK(strcmp(text, weeks[i].week) == 0);
    }
    wchar_t wide[20];
    CHECK_IS(wcsftime(wide, 20, L"%Y-%j", &tm), 8);
    CHECK(wcscmp(wide, L"1999-037") == 0);
    CHECK(strcmp(asctime(&tm), "Sat Feb  6 07:08:09 1999\n") == 0);
    /* Years with more and with fewer digits. */
    tm.tm_year = 10000 - 1900;
    strftime(text, sizeof text, "%Y %C %y", &tm);
    CHECK(strcmp(text, "10000 100 00") == 0);
}

static void test_parsing(void)
{
    static const struct {
        const char *text, *format;
        int used, year, month, day, hour, minute, second, weekday;
    } cases[] = {
        {"1999-02-06 07:08:09", "%Y-%m-%d %H:%M:%S", 19, 99, 1, 6, 7, 8, 9, 6},
        {"19990206", "%Y%m%d", 8, 99, 1, 6, 0, 0, 0, 6},
        {" 6 feb 1999rest", "%d %b %Y", 11, 99, 1, 6, 0, 0, 0, 6},
        {"Saturday February 6, 99", "%A %B %d, %y", 23, 99, 1, 6, 0, 0, 0, 6},
        {"02/06/68", "%D", 8, 168, 1, 6, 0, 0, 0, 1},
        {"12:00:01 am", "%I:%M:%S %p", 11, 0, 0, 0, 0, 0, 1, 0},
        {"12:30 PM", "%I:%M %p", 8, 0, 0, 0, 12, 30, 0, 0},
        {"23:59", "%R", 5, 0, 0, 0, 23, 59, 0, 0},
        {"1:2:3", "%T", 5, 0, 0, 0, 1, 2, 3, 0},
        {"2000 060", "%Y %j", 8, 100, 1, 29, 0, 0, 0, 2},
        {"100%x", "100%%x", 5, 0, 0, 0, 0, 0, 0, 0},
        {"  7", "%n%e", 3, 0, 0, 7, 0, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tm tm = {0};
        char *end = strptime(cases[i].text, cases[i].format, &tm);
        CHECK(end != NULL);
        if (!end)
            continue;
        CHECK_IS(end - cases[i].text, cases[i].used);
        if (strcmp(cases[i].format, "%Y %j") != 0) /* glibc does not find the day */
            CHECK(tm.tm_mon == cases[i].month && tm.tm_mday == cases[i].day);
        CHECK(tm.tm_year == cases[i].year && tm.tm_hour == cases[i].hour &&
              tm.tm_min == cases[i].minute && tm.tm_sec == cases[i].second);
        if (cases[i].weekday)
            CHECK_IS(tm.tm_wday, cases[i].weekday);
    }
    static const char *const bad[][2] = {
        {"13", "%m"},     {"32", "%d"}, {"24", "%H"},  {"13", "%I"},  {"x", "%d"},
        {"0", "%m"},      {"0", "%d"},  {"367", "%j"}, {"Foo", "%b"}, {"1", "x"},
        {"12:", "%H:%M"}, {"8", "%u"},  {"7", "%w"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct tm tm = {0};
        CHECK(strptime(bad[i][0], bad[i][1], &tm) == NULL);
    }
}

static void test_normalisation(void)
{
    static const struct {
        struct tm in;
        int year, month, day, hour, minute, second, weekday, yearday;
    } cases[] = {
        {{.tm_year = 100, .tm_mon = 12, .tm_mday = 1}, 101, 0, 1, 0, 0, 0, 1, 0},
        {{.tm_year = 100, .tm_mon = -1, .tm_mday = 1}, 99, 11, 1, 0, 0, 0, 3, 334},
        {{.tm_year = 100, .tm_mon = 1, .tm_mday = 30}, 100, 2, 1, 0, 0, 0, 3, 60},
        {{.tm_year = 100, .tm_mon = 0, .tm_mday = 0}, 99, 11, 31, 0, 0, 0, 5, 364},
        {{.tm_year = 100, .tm_mon = 0, .tm_mday = 1, .tm_sec = -1}, 99, 11, 31, 23, 59, 59, 5, 364},
        {{.tm_year = 100, .tm_mon = 0, .tm_mday = 1, .tm_sec = 86400}, 100, 0, 2, 0, 0, 0, 0, 1},
        {{.tm_year = 100, .tm_mon = 0, .tm_mday = 1, .tm_hour = 25, .tm_min = 61},
         100,
         0,
         2,
         2,
         1,
         0,
         0,
         1},
        {{.tm_year = 100, .tm_mon = 0, .tm_mday = 366}, 100, 11, 31, 0, 0, 0, 0, 365},
        {{.tm_year = 70, .tm_mon = 0, .tm_mday = 1, .tm_sec = INT_MAX},
         138,
         0,
         19,
         3,
         14,
         7,
         2,
         18},
    };
    zone("UTC0");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tm tm = cases[i].in;
        CHECK(mktime(&tm) != (time_t)-1);
        CHECK(tm.tm_year == cases[i].year && tm.tm_mon == cases[i].month &&
              tm.tm_mday == cases[i].day);
        CHECK(tm.tm_hour == cases[i].hour && tm.tm_min == cases[i].minute &&
              tm.tm_sec == cases[i].second);
        CHECK(tm.tm_wday == cases[i].weekday && tm.tm_yday == cases[i].yearday && tm.tm_isdst == 0);
    }
    struct tm tm = {.tm_year = INT_MAX, .tm_mon = 12, .tm_mday = 1, .tm_wday = 33};
    errno = 0;
    CHECK(mktime(&tm) == (time_t)-1 && errno == EOVERFLOW);
    CHECK_IS(tm.tm_wday, 33); /* an error changes nothing */
    time_t far = INT64_MAX;
    CHECK(gmtime(&far) == NULL && errno == EOVERFLOW);
    CHECK(localtime(&far) == NULL);
    time_t minus = -1, leap = 951782400, zero = 0;
    struct tm *t = gmtime(&minus);
    CHECK(t && t->tm_year == 69 && t->tm_mon == 11 && t->tm_mday == 31 && t->tm_sec == 59 &&
          t->tm_wday == 3);
    t = gmtime(&leap);
    CHECK(t && t->tm_mon == 1 && t->tm_mday == 29 && t->tm_yday == 59);
    CHECK(strcmp(ctime(&zero), "Thu Jan  1 00:00:00 1970\n") == 0);
    CHECK(difftime(5, 7) == -2);
    struct tm r;
    CHECK(gmtime_r(&zero, &r) == &r && localtime_r(&zero, &r) == &r);
}

static void test_zones(void)
{
    static const struct {
        const char *tz;
        time_t when;
        int hour, minute, dst;
        long west;
        const char *name, *other;
    } cases[] = {
        {"EST5EDT", 0, 19, 0, 0, 18000, "EST", "EDT"},
        {"EST5EDT,M3.2.0,M11.1.0", 1720000000, 5, 46, 1, 18000, "EST", "EDT"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 1720000000, 11, 46, 1, -3600, "CET", "CEST"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 1711846799, 1, 59, 0, -3600, "CET",
         "CEST"}, /* the last second before */
        {"CET-1CEST,M3.5.0,M10.5.0/3", 1711846800, 3, 0, 1, -3600, "CET", "CEST"},
        {"<+0530>-5:30", 0, 5, 30, 0, -19800, "+0530", NULL},
        {"AEST-10AEDT,M10.1.0,M4.1.0/3", 1704067200, 11, 0, 1, -36000, "AEST", "AEDT"},
        {"XXX-3:15:20YYY,J60/0,J300", 0, 3, 15, 0, -11720, "XXX", "YYY"},
        {"UTC0", 86399, 23, 59, 0, 0, "UTC", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        zone(cases[i].tz);
        struct tm *t = localtime(&cases[i].when);
        if (t && (t->tm_hour != cases[i].hour || t->tm_min != cases[i].minute))
            printf("%s: %d:%d\n", cases[i].tz, t->tm_hour, t->tm_min);
        CHECK(t && t->tm_hour == cases[i].hour && t->tm_min == cases[i].minute &&
              (t->tm_isdst > 0) == cases[i].dst);
        CHECK_IS(timezone, cases[i].west);
        CHECK_IS(daylight != 0, cases[i].other != NULL);
        CHECK(strcmp(tzname[0], cases[i].name) == 0);
        if (cases[i].other)
            CHECK(strcmp(tzname[1], cases[i].other) == 0);
        char text[20];
        strftime(text, sizeof text, "%Z", t);
        CHECK(strcmp(text, cases[i].dst ? cases[i].other : cases[i].name) == 0);
        CHECK_IS(mktime(t), cases[i].when); /* there and back */
    }
    zone("CET-1CEST,M3.5.0,M10.5.0/3");
    struct tm summer = {.tm_year = 124, .tm_mon = 6, .tm_mday = 3, .tm_hour = 12, .tm_isdst = -1},
              winter = summer;
    time_t t1 = mktime(&summer);
    CHECK(summer.tm_isdst == 1);
    winter.tm_isdst = 0; /* says the time is standard time */
    CHECK_IS(mktime(&winter) - t1, 3600);
    CHECK_IS(winter.tm_hour, 13);
    char text[20];
    strftime(text, sizeof text, "%z", &summer);
    CHECK(strcmp(text, "+0200") == 0);
    zone("");
    time_t zero = 0;
    CHECK_IS(localtime(&zero)->tm_hour, 0);
}

int main(void)
{
    test_formats();
    test_parsing();
    test_normalisation();
    test_zones();
    return posix_end();
}
