/*
 * fuzz_libc_time.c: time zones as TZ strings and as files, dates to text and back, against the host's.
 *
 * The first byte says which: 0 a TZ string and a time; 1 any bytes as a zone's file; 2 strftime; 3 strptime; 4 a zone of the host's.
 */
#include <limits.h>
#include <time.h>

#include "libc/fuzz_libc.h"

DY(localtime_r);
DY(gmtime_r);
DY(mktime);
DY(timegm);
DY(strftime);
DY(strptime);
DY(asctime_r);
DY(tzset);
extern char **dy_environ;
extern char *dy_tzname[2];

/* Of libc/internal/tzfile.h. */
struct tz_file {
    const unsigned char *times, *indices, *types;
    const char *names, *footer;
    size_t time_count, type_count, time_size;
};
struct tz_zone {
    long offset;
    bool dst;
    const char *name;
};
bool dy___tzfile_parse(const void *contents, size_t size_bytes, struct tz_file *out);
struct tz_zone dy___tzfile_at(const struct tz_file *file, long long t, bool *after);
bool dy___tzfile_nearest(const struct tz_file *file, long long t, bool dst, struct tz_zone *out);

static void set_zone(const char *tz)
{
    static char entry[300];
    static char *environment[] = {entry, NULL};
    snprintf(entry, sizeof entry, "TZ=%s", tz);
    dy_environ = environment;
    setenv("TZ", tz, 1);
    dy_tzset();
    tzset();
}

static const char *shown(const struct tm *tm)
{
    static char rooms[2][120];
    static int next;
    char *room = rooms[next ^= 1];
    snprintf(room, sizeof rooms[0], "%d-%d-%d %d:%d:%d wday %d yday %d dst %d offset %ld",
             tm->tm_year, tm->tm_mon, tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec, tm->tm_wday,
             tm->tm_yday, tm->tm_isdst, tm->tm_gmtoff);
    return room;
}

static bool same(const struct tm *a, const struct tm *b)
{
    return a->tm_year == b->tm_year && a->tm_mon == b->tm_mon && a->tm_mday == b->tm_mday &&
           a->tm_hour == b->tm_hour && a->tm_min == b->tm_min && a->tm_sec == b->tm_sec &&
           a->tm_wday == b->tm_wday && a->tm_yday == b->tm_yday && a->tm_isdst == b->tm_isdst &&
           a->tm_gmtoff == b->tm_gmtoff;
}

/* A time most often near our days; some at the ends. */
static time_t input_time(struct input *in)
{
    unsigned kind = input_byte(in);
    if (kind % 4 == 0)
        return (time_t)input_number(in);
    return (time_t)(int64_t)(int32_t)input_bytes(in, 4) * (kind % 4 == 1 ? 60 : 1);
}

/* localtime and its inverse; compare: the host's localtime as well. */
static void convert(const char *tz, time_t t, bool compare)
{
    struct tm ours, theirs;
    bool ok = dy_localtime_r(&t, &ours) != NULL;
    if (compare) {
        bool host = localtime_r(&t, &theirs) != NULL;
        if (ok != host ||
            (ok && (!same(&ours, &theirs) || strcmp(ours.tm_zone, theirs.tm_zone) != 0)))
            FAIL("localtime in %s of %lld: ours %d %s %s, the host's %d %s %s", tz, (long long)t,
                 ok, ok ? shown(&ours) : "", ok ? ours.tm_zone : "", host,
                 host ? shown(&theirs) : "", host ? theirs.tm_zone : "");
    }
    if (!ok || ours.tm_gmtoff % 60 || t < -(1ll << 40) || t > 1ll << 40)
        return;
    struct tm copy = ours;
    time_t back = dy_mktime(&copy);
    /* Without a change of zone in the days around there is one answer. */
    struct tm before, after;
    time_t yesterday = t - 2 * 86400, tomorrow = t + 2 * 86400;
    dy_localtime_r(&yesterday, &before);
    dy_localtime_r(&tomorrow, &after);
    if (before.tm_gmtoff == ours.tm_gmtoff && after.tm_gmtoff == ours.tm_gmtoff && back != t)
        FAIL("mktime in %s of %s gives %lld, not %lld", tz, shown(&ours), (long long)back,
             (long long)t);
    if (compare && before.tm_gmtoff == ours.tm_gmtoff && after.tm_gmtoff == ours.tm_gmtoff) {
        copy = ours;
        copy.tm_isdst = -1;
        EXPECT(dy_mktime(&copy) == t);
    }
}

/*
 * A TZ string in which all is said: names, offsets, rules. What the host makes of other strings, or without rules, is its own;
 * rules whose time leads into another year are taken for different years. The two days are so far apart that the changes never meet: whether
 * it is summer always or never then is not said anywhere.
 */
static void make_zone(struct input *in, char *tz, size_t size)
{
    static const char *const names[] = {"AAA", "<-03>", "<+0530>", "CEST", "LONGNAME", "<A1B>"};
    const char *standard = names[input_below(in, 6)], *summer = names[input_below(in, 6)];
    int n = snprintf(tz, size, "%s%d", standard, (int)input_below(in, 49) - 24);
    if (input_byte(in) & 1)
        n += snprintf(tz + n, size - (size_t)n, ":%02u", input_below(in, 60));
    if (input_byte(in) & 1)
        return;
    n += snprintf(tz + n, size - (size_t)n, "%s", summer);
    if (input_byte(in) & 1)
        n += snprintf(tz + n, size - (size_t)n, "%d", (int)input_below(in, 49) - 24);
    for (int i = 0; i < 2; i++) {
        switch (input_below(in, 4)) {
        case 0:
            n += snprintf(tz + n, size - (size_t)n, ",J%u",
                          3 + input_below(in, 175) + 180 * (unsigned)i);
            break;
        case 1:
            n += snprintf(tz + n, size - (size_t)n, ",%u",
                          3 + input_below(in, 175) + 179 * (unsigned)i);
            break;
        default:
            n += snprintf(tz + n, size - (size_t)n, ",M%u.%u.%u",
                          2 + input_below(in, 5) + 5 * (unsigned)i, 1 + input_below(in, 5),
                          input_below(in, 7));
        }
        if (input_byte(in) & 1)
            n += snprintf(tz + n, size - (size_t)n, "/%u", input_below(in, 25));
    }
}

static void run_zone_string(struct input *in)
{
    char tz[200];
    bool compare = input_byte(in) & 1;
    if (compare) {
        make_zone(in, tz, sizeof tz);
    } else {
        char *text = input_string(in, sizeof tz);
        strcpy(tz, text);
        free(text);
    }
    set_zone(compare ? tz : "UTC0");
    if (!compare) {
        static char entry[220];
        static char *environment[] = {entry, NULL};
        snprintf(entry, sizeof entry, "TZ=%s", tz);
        dy_environ = environment;
        dy_tzset();
    }
    EXPECT(dy_tzname[0] && dy_tzname[1] && strlen(dy_tzname[0]) < 256 &&
           strlen(dy_tzname[1]) < 256);
    while (in->at < in->end) {
        time_t t = input_time(in);
        /* In the years up to 1970 the host takes a rule's day for one of 1970. */
        convert(tz, t, compare && t >= 366 * 86400 && t < 1ll << 40);
    }
}

static void run_file(struct input *in)
{
    struct tz_file file;
    size_t size = (size_t)(in->end - in->at);
    void *contents = memcpy(malloc(size + !size), in->at, size);
    if (dy___tzfile_parse(contents, size, &file)) {
        for (int i = -3; i < 40; i++) {
            struct tz_zone zone;
            bool after = false;
            long long t = i < 0 ? (i == -1 ? 0 : i == -2 ? LLONG_MIN : LLONG_MAX) : 1ll << (i + 20);
            zone = dy___tzfile_at(&file, i & 1 ? t : -(t + 1), &after);
            EXPECT(strlen(zone.name) < size && (zone.dst == 0 || zone.dst == 1));
            if (dy___tzfile_nearest(&file, t, i & 1, &zone))
                EXPECT(strlen(zone.name) < size && zone.dst == (i & 1));
        }
        if (file.footer)
            EXPECT(memchr(file.footer, '\n', size));
    }
    free(contents);
}

/* A zone of the host's, by name: its file is the same for both. */
static void run_zone_file(struct input *in)
{
    static const char *const names[] = {"Europe/Berlin", "America/New_York",  "Australia/Lord_Howe",
                                        "Asia/Kolkata",  "Africa/Casablanca", "Pacific/Apia",
                                        "Europe/Dublin"};
    static struct {
        char path[64];
        uint8_t bytes[8192];
        size_t size;
    } files[sizeof names / sizeof names[0]];
    unsigned i = input_below(in, sizeof names / sizeof names[0]);
    if (!files[i].size) {
        snprintf(files[i].path, sizeof files[i].path, "/usr/share/zoneinfo/%s", names[i]);
        FILE *f = fopen(files[i].path, "r");
        if (!f)
            return;
        files[i].size = fread(files[i].bytes, 1, sizeof files[i].bytes, f);
        fclose(f);
    }
    fuzz_file(files[i].path, files[i].bytes, files[i].size);
    set_zone(names[i]);
    while (in->at < in->end)
        convert(names[i], input_time(in) % (1ll << 40),
                true); /* the host counts later days in an int */
}

static void input_tm(struct input *in, struct tm *tm, bool in_range)
{
    memset(tm, 0, sizeof *tm);
    int *fields[] = {&tm->tm_sec, &tm->tm_min,  &tm->tm_hour, &tm->tm_mday,
                     &tm->tm_mon, &tm->tm_wday, &tm->tm_yday, &tm->tm_year};
    static const int lows[] = {0, 0, 0, 1, 0, 0, 0, 0}, counts[] = {61, 60, 24, 31, 12, 7, 366, 0};
    for (size_t i = 0; i < 8; i++)
        *fields[i] = in_range && counts[i]
                         ? lows[i] + (int)(input_bytes(in, 2) % (unsigned)counts[i])
                         : (int)input_number(in);
    tm->tm_zone = "ZONE";
    tm->tm_gmtoff = (int16_t)input_bytes(in, 2);
}

static void run_strftime(struct input *in)
{
    struct tm tm;
    char a[600], b[600], format[200] = "";
    bool compare = input_byte(in) & 1;
    size_t room = input_byte(in) & 1 ? input_byte(in) : sizeof a;
    set_zone("UTC0");
    input_tm(in, &tm, compare);
    if (!compare) {
        char *text = input_string(in, sizeof format);
        size_t n = dy_strftime(a, room, text, &tm);
        EXPECT(n == 0 || (n < room && strlen(a) <= n));
        dy_asctime_r(&tm, a);
        tm.tm_isdst = (int8_t)input_byte(in);
        dy_mktime(&tm);
        free(text);
        return;
    }
    /* Years of POSIX's range: of four digits; %F of a shorter one has zeros, POSIX says, but not the host's. */
    tm.tm_year = (int)((unsigned)tm.tm_year % 9000) + 1000 - 1900;
    while (in->at < in->end && strlen(format) + 16 < sizeof format) {
        static const char conversions[] = "aAbBcCdDeFgGhHIjklmMnpPrRSstTuUVwWxXyYzZ%";
        unsigned flag = input_byte(in);
        char c = conversions[input_below(in, sizeof conversions - 1)], prefix[16] = "";
        /*
         * POSIX has flags and widths for years only, and says what a width is filled with only when a flag does. The host does not
         * know the flag '+', nor the width of %F.
         */
        if (strchr("CGY", c) && flag & 3)
            snprintf(prefix, sizeof prefix, "0%u", 1 + flag % 12);
        else if (strchr("deHIjmMSuUVwWy", c) && flag % 5 == 1)
            strcpy(prefix, "O");
        sprintf(format + strlen(format), "%%%s%c", prefix, c);
    }
    size_t ours = dy_strftime(a, room, format, &tm), theirs = strftime(b, room, format, &tm);
    if (ours != theirs || (ours && memcmp(a, b, ours + 1) != 0))
        FAIL("strftime %s room %zu of %s: ours %zu %s, the host's %zu %s", format, room, shown(&tm),
             ours, fuzz_quoted(a, ours), theirs, fuzz_quoted(b, theirs));
}

/* A number that is too large for some conversion: the host takes as many digits as fit and leaves the rest to the next one. */
static bool has_large_number(const char *text)
{
    for (const char *p = text; *p;) {
        size_t n = strspn(p, "0123456789");
        if (n > 2 || (n == 2 && atoi(p) > 12))
            return true;
        p += n + !n;
    }
    return false;
}

static void run_strptime(struct input *in)
{
    static const char *const formats[] = {
        "%Y-%m-%d",     "%d/%m/%y", "%H:%M:%S", "%I:%M %p", "%a %b %e %H:%M:%S %Y",
        "%A, %d %B %Y", "%j %Y",    "%C %y",    "%D",       "%T",
        "%R",           "%r",       "%c",       "%x %X",    "%n%d%t%m",
        "%Y%m%d%H%M%S", "%w",       "%h %d %Y", "%m%d",     "%y%j",
        "%%%d"};
    struct tm ours = {.tm_mday = 1, .tm_year = 70}, theirs = ours;
    unsigned kind = input_byte(in);
    set_zone("UTC0");
    if (kind & 1) {
        char *format = input_string(in, 100), *text = input_string(in, 100);
        const char *end = dy_strptime(text, format, &ours);
        EXPECT(!end || (end >= text && end <= text + strlen(text)));
        free(format);
        free(text);
        return;
    }
    const char *format = formats[input_below(in, sizeof formats / sizeof formats[0])];
    char *text = input_string(in, 100);
    const char *a = dy_strptime(text, format, &ours), *b = strptime(text, format, &theirs);
    /* Before a number the host skips blanks only, ours all white space; ours takes a sign before a year. */
    bool deviates = strpbrk(text, "\t\n\v\f\r+-") && strpbrk(format, "YymdeHIMSjwC");
    /* The host takes 61 for a second, as the first edition of C had it; POSIX ends with 60. */
    deviates |= strstr(text, "61") != NULL;
    deviates |= !a && b && has_large_number(text);
    /* The weekday follows from a whole date; the host works it out from less as well. */
    if (!strpbrk(format, "Dcx") && !(strpbrk(format, "de") && strpbrk(format, "mbBh")))
        ours.tm_wday = theirs.tm_wday, ours.tm_yday = theirs.tm_yday;
    if (!deviates && (a != b || (a && !same(&ours, &theirs))))
        FAIL("strptime %s of %s: ours %td %s, the host's %td %s", format,
             fuzz_quoted(text, strlen(text)), a ? a - text : -1, shown(&ours), b ? b - text : -1,
             shown(&theirs));
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, data + size};
    fuzz_locale();
    switch (input_byte(&in) % 5) {
    case 0: run_zone_string(&in); break;
    case 1: run_file(&in); break;
    case 2: run_strftime(&in); break;
    case 3: run_strptime(&in); break;
    default: run_zone_file(&in);
    }
    return 0;
}
