/* sort: sorts the lines of files. */
#include <ctype.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "programs/lib/program.h"

static const char usage[] = "sort [-bcfnru] [-k FIELD[,FIELD]] [-t CHAR] [-o FILE] [FILE...]";

struct line {
    char *text; /* NUL-terminated, without newline */
    size_t len;
};
static struct line *lines;
static size_t count, room;

static bool blanks, check, fold, numeric, reverse, unique;
static int separator = -1;
static unsigned key_first, key_last; /* fields from 1; 0: the whole line, or to its end */

/* The start of field `wanted`, or the text's end. */
static const char *field_start(const char *text, const char *end, unsigned wanted)
{
    for (unsigned field = 1; field < wanted && text < end; field++) {
        if (separator >= 0) {
            const char *found = memchr(text, separator, (size_t)(end - text));
            text = found ? found + 1 : end;
        } else {
            while (text < end && isspace((unsigned char)*text))
                text++;
            while (text < end && !isspace((unsigned char)*text))
                text++;
        }
    }
    return text;
}

struct span {
    const char *text;
    size_t len;
};

static struct span key_of(const struct line *line)
{
    const char *start = line->text, *end = line->text + line->len;
    if (key_first)
        start = field_start(start, end, key_first);
    if (key_last) {
        const char *next = field_start(line->text, end, key_last + 1);
        if (separator >= 0 && next < end)
            next--;
        end = next > start ? next : start;
    }
    while ((blanks || numeric) && start < end && isspace((unsigned char)*start))
        start++;
    return (struct span){start, (size_t)(end - start)};
}

static int compare_text(struct span a, struct span b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = 0;
    if (fold) {
        for (size_t i = 0; i < len && !order; i++)
            order = toupper((unsigned char)a.text[i]) - toupper((unsigned char)b.text[i]);
    } else {
        order = memcmp(a.text, b.text, len);
    }
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare_keys(const struct line *a, const struct line *b)
{
    struct span left = key_of(a), right = key_of(b);
    if (!numeric)
        return compare_text(left, right);
    double x = strtod(left.text, NULL), y = strtod(right.text, NULL);
    return (x > y) - (x < y);
}

static int compare(const void *left, const void *right)
{
    const struct line *a = left, *b = right;
    int order = compare_keys(a, b);
    if (!order &&
        !unique) /* Equal keys: the whole line decides, so that the result is one and the same. */
        order = compare_text((struct span){a->text, a->len}, (struct span){b->text, b->len});
    return reverse ? -order : order;
}

static int read_lines(int fd, const char *name)
{
    FILE *file = fdopen(dup(fd), "r");
    char *text = NULL;
    size_t size = 0;
    ssize_t len;
    if (!file) {
        warn("%s", name);
        return 1;
    }
    while ((len = getline(&text, &size, file)) >= 0) {
        if (len && text[len - 1] == '\n')
            text[--len] = '\0';
        if (count == room) {
            room = room ? room * 2 : 256;
            lines = realloc(lines, room * sizeof(*lines));
            if (!lines)
                err(2, NULL);
        }
        lines[count++] = (struct line){text, (size_t)len};
        text = NULL;
        size = 0;
    }
    bool failed = ferror(file);
    if (failed)
        warn("%s", name);
    free(text);
    fclose(file);
    return failed;
}

static void parse_key(const char *text)
{
    char *end;
    key_first = (unsigned)strtoul(text, &end, 10);
    for (; *end && *end != ','; end++) {
        numeric = numeric || *end == 'n';
        reverse = reverse || *end == 'r';
    }
    if (*end == ',')
        key_last = (unsigned)strtoul(end + 1, &end, 10);
    for (; *end; end++) {
        numeric = numeric || *end == 'n';
        reverse = reverse || *end == 'r';
    }
    if (!key_first)
        errx(2, "%s: not a key", text);
}

static void print_lines(void)
{
    for (size_t i = 0; i < count; i++) {
        if (unique && i && compare_keys(&lines[i - 1], &lines[i]) == 0)
            continue;
        fwrite(lines[i].text, 1, lines[i].len, stdout);
        putchar('\n');
    }
}

static int check_sorted(void)
{
    for (size_t i = 1; i < count; i++) {
        int order = compare(&lines[i - 1], &lines[i]);
        if (order > 0 || (unique && order == 0)) {
            warnx("line %zu is out of order: %s", i + 1, lines[i].text);
            return 1;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    const char *output = NULL;
    int option;
    while ((option = getopt(argc, argv, "bcfnruk:t:o:")) != -1) {
        switch (option) {
        case 'b': blanks = true; break;
        case 'c': check = true; break;
        case 'f': fold = true; break;
        case 'n': numeric = true; break;
        case 'r': reverse = true; break;
        case 'u': unique = true; break;
        case 'k': parse_key(optarg); break;
        case 't': separator = (unsigned char)optarg[0]; break;
        case 'o': output = optarg; break;
        default: program_usage(usage, 2);
        }
    }
    if (program_each_input(argc - optind, argv + optind, read_lines))
        return 2;
    if (check)
        return check_sorted();
    if (count)
        qsort(lines, count, sizeof(*lines), compare);
    /* Opened only now: it may be one of the inputs. */
    if (output && !freopen(output, "w", stdout))
        err(2, "%s", output);
    print_lines();
    return program_finish(0) ? 2 : 0;
}
