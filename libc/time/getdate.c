/* getdate.c: a date by the first template of the file DATEMSK that fits; what it leaves open comes from today. */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int getdate_err;

enum {
    GETDATE_NO_DATEMSK = 1,
    GETDATE_NO_OPEN,
    GETDATE_NO_STATUS,
    GETDATE_NO_FILE,
    GETDATE_NO_READ,
    GETDATE_NO_MEMORY,
    GETDATE_NO_TEMPLATE,
    GETDATE_NO_DATE,
};

#define OPEN INT_MIN /* a field that the text leaves open */

/* Try the templates. 0 or a GETDATE_. */
static int match(FILE *file, const char *text, struct tm *tm)
{
    char *line = NULL;
    size_t room = 0;
    int result = GETDATE_NO_TEMPLATE;
    for (ssize_t n; result && (errno = 0, n = getline(&line, &room, file)) >= 0;) {
        if (n > 0 && line[n - 1] == '\n')
            line[n - 1] = 0;
        *tm = (struct tm){OPEN, OPEN, OPEN, OPEN, OPEN, OPEN, OPEN, OPEN, -1, 0, NULL};
        const char *end = strptime(text, line, tm);
        while (end && (*end == ' ' || *end == '\t' || *end == '\n'))
            end++;
        if (end && !*end)
            result = 0;
    }
    if (result && ferror(file))
        result = errno == ENOMEM ? GETDATE_NO_MEMORY : GETDATE_NO_READ;
    free(line);
    return result;
}

static int days_in_month(int year, int month)
{
    static const signed char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month] + (leap && month == 1);
}

/* The first day of the month that is that day of the week. */
static int first_weekday(int year, int month, int wday)
{
    struct tm first = {.tm_year = year, .tm_mon = month, .tm_mday = 1, .tm_hour = 12};
    mktime(&first);
    return 1 + (wday - first.tm_wday + 7) % 7;
}

/* The rules of the standard for what was left open. Days beyond the month's end are for mktime. */
static void complete(struct tm *tm, const struct tm *now)
{
    bool no_date = tm->tm_year == OPEN && tm->tm_mon == OPEN && tm->tm_mday == OPEN;
    bool no_time = tm->tm_hour == OPEN && tm->tm_min == OPEN && tm->tm_sec == OPEN;
    int later = 0;
    if (no_date && tm->tm_wday != OPEN)
        later = (tm->tm_wday - now->tm_wday + 7) % 7;
    else if (no_date && tm->tm_hour != OPEN)
        later = tm->tm_hour < now->tm_hour;
    if (tm->tm_mon != OPEN && tm->tm_mday == OPEN) {
        if (tm->tm_year == OPEN)
            tm->tm_year = now->tm_year + (tm->tm_mon < now->tm_mon);
        tm->tm_mday = tm->tm_wday == OPEN ? 1 : first_weekday(tm->tm_year, tm->tm_mon, tm->tm_wday);
    }
    if (no_time) {
        tm->tm_hour = now->tm_hour;
        tm->tm_min = now->tm_min;
        tm->tm_sec = now->tm_sec;
    }
    int *fields[] = {&tm->tm_hour, &tm->tm_min, &tm->tm_sec};
    for (size_t i = 0; i < 3; i++) {
        if (*fields[i] == OPEN)
            *fields[i] = 0;
    }
    if (tm->tm_year == OPEN)
        tm->tm_year = now->tm_year;
    if (tm->tm_mon == OPEN)
        tm->tm_mon = now->tm_mon;
    if (tm->tm_mday == OPEN)
        tm->tm_mday = now->tm_mday + later;
    if (!no_date && tm->tm_mday > days_in_month(tm->tm_year + 1900, tm->tm_mon))
        tm->tm_mday = OPEN; /* no such day */
}

static int convert(const char *text, struct tm *tm)
{
    const char *path = getenv("DATEMSK");
    struct stat st;
    if (!path || !*path)
        return GETDATE_NO_DATEMSK;
    if (stat(path, &st) < 0)
        return errno == ENOENT || errno == EACCES ? GETDATE_NO_OPEN : GETDATE_NO_STATUS;
    if (!S_ISREG(st.st_mode))
        return GETDATE_NO_FILE;
    FILE *file = fopen(path, "re");
    if (!file)
        return errno == ENOMEM ? GETDATE_NO_MEMORY : GETDATE_NO_OPEN;
    int result = match(file, text, tm);
    fclose(file);
    if (result)
        return result;
    time_t t = time(NULL);
    struct tm now;
    if (!localtime_r(&t, &now))
        return GETDATE_NO_DATE;
    complete(tm, &now);
    tm->tm_isdst = -1;
    errno = 0;
    if (tm->tm_mday == OPEN || (mktime(tm) == (time_t)-1 && errno))
        return GETDATE_NO_DATE;
    return 0;
}

struct tm *getdate(const char *text)
{
    static struct tm result;
    int error = convert(text, &result);
    if (!error)
        return &result;
    getdate_err = error;
    return NULL;
}
