/* conf.c: boot.conf to boot arguments. Each line gives at most as many bytes as it has, so the result always fits. */
#include "arch/x86_64/efi/conf.h"

#define CORES_MAX    64u
#define LOGLEVEL_MAX 3u
#define SCREEN_MAX   16384u

struct parser {
    char *args;
    size_t used;
    unsigned line;
    bool cores_given, loglevel_given;
    uint32_t screen_width, screen_height;
    conf_warning_fn *warn;
    void *context;
};

struct text {
    const char *at;
    size_t bytes;
};

static void warn(struct parser *p, const char *what)
{
    p->warn(p->line, what, p->context);
}

static void put(struct parser *p, const char *bytes, size_t count)
{
    memcpy(p->args + p->used, bytes, count);
    p->used += count;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct text trimmed(struct text text)
{
    while (text.bytes && is_blank(text.at[0])) {
        text.at++;
        text.bytes--;
    }
    while (text.bytes && is_blank(text.at[text.bytes - 1]))
        text.bytes--;
    return text;
}

static bool is_key(struct text key, const char *name)
{
    return key.bytes == strlen(name) && memcmp(key.at, name, key.bytes) == 0;
}

static void take_words(struct parser *p, struct text value)
{
    size_t i = 0;
    while (i < value.bytes) {
        size_t start = i;
        while (i < value.bytes && !is_blank(value.at[i]))
            i++;
        if (i > start) {
            put(p, value.at + start, i - start);
            put(p, "", 1);
        }
        i++;
    }
}

static int hex_digit(char c)
{
    char lower = (char)(c | 0x20);
    if (c >= '0' && c <= '9')
        return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The escape at value.at[*i], behind its backslash; moves *i behind it. A NUL is none: it would end the argument. */
static bool unescape(struct text value, size_t *i, char *out)
{
    switch (*i < value.bytes ? value.at[(*i)++] : '\0') {
    case 'n': *out = '\n'; return true;
    case 't': *out = '\t'; return true;
    case '\\': *out = '\\'; return true;
    case 'x': break;
    default: return false;
    }
    if (value.bytes - *i < 2 || hex_digit(value.at[*i]) < 0 || hex_digit(value.at[*i + 1]) < 0)
        return false;
    *out = (char)(hex_digit(value.at[*i]) << 4 | hex_digit(value.at[*i + 1]));
    *i += 2;
    return *out != '\0';
}

static void take_argument(struct parser *p, struct text value)
{
    size_t start = p->used, i = 0;
    if (value.bytes && value.at[value.bytes - 1] == '\r')
        value.bytes--;
    while (i < value.bytes) {
        char c = value.at[i++];
        if (c == '\\' && !unescape(value, &i, &c)) {
            warn(p, "argument: after \\ only n, t, \\ and xHH (not x00) are known");
            p->used = start;
            return;
        }
        put(p, &c, 1);
    }
    if (p->used > start)
        put(p, "", 1);
    else
        warn(p, "argument: needs a value");
}

static bool parse_number(struct text value, unsigned most, unsigned *out)
{
    unsigned number = 0;
    for (size_t i = 0; i < value.bytes; i++) {
        if (value.at[i] < '0' || value.at[i] > '9')
            return false;
        number = number * 10 + (unsigned)(value.at[i] - '0');
        if (number > most)
            return false;
    }
    *out = number;
    return value.bytes > 0;
}

static void take_number(struct parser *p, const char *name, struct text value, bool *given)
{
    if (*given) {
        warn(p, "was given before; the first counts");
        return;
    }
    *given = true;
    put(p, name, strlen(name));
    put(p, "=", 1);
    put(p, value.at, value.bytes);
    put(p, "", 1);
}

static void take_cores(struct parser *p, struct text value)
{
    unsigned number;
    if (parse_number(value, CORES_MAX, &number) && number)
        take_number(p, "cores", value, &p->cores_given);
    else
        warn(p, "cores: give a number from 1 to 64");
}

static void take_loglevel(struct parser *p, struct text value)
{
    unsigned number;
    if (parse_number(value, LOGLEVEL_MAX, &number))
        take_number(p, "loglevel", value, &p->loglevel_given);
    else
        warn(p, "loglevel: give a number from 0 to 3");
}

static void take_screen(struct parser *p, struct text value)
{
    unsigned width = 0, height = 0;
    size_t x = 0;
    while (x < value.bytes && value.at[x] != 'x')
        x++;
    struct text left = {value.at, x}, right = {value.at + x + 1, value.bytes - x - 1};
    if (x == value.bytes || !parse_number(left, SCREEN_MAX, &width) ||
        !parse_number(right, SCREEN_MAX, &height) || !width || !height) {
        warn(p, "screen: give a size such as 1280x800");
        return;
    }
    p->screen_width = width;
    p->screen_height = height;
}

static void take_line(struct parser *p, struct text line)
{
    struct text whole = trimmed(line);
    if (!whole.bytes || whole.at[0] == '#')
        return;
    size_t equals = 0;
    while (equals < line.bytes && line.at[equals] != '=')
        equals++;
    if (equals == line.bytes) {
        warn(p, "is not KEY=VALUE");
        return;
    }
    struct text key = trimmed((struct text){line.at, equals});
    struct text value = {line.at + equals + 1, line.bytes - equals - 1};
    if (is_key(key, "argument"))
        take_argument(p, value);
    else if (is_key(key, "append"))
        take_words(p, value);
    else if (is_key(key, "cores"))
        take_cores(p, trimmed(value));
    else if (is_key(key, "loglevel"))
        take_loglevel(p, trimmed(value));
    else if (is_key(key, "screen"))
        take_screen(p, trimmed(value));
    else
        warn(p, "has an unknown key; there are append, argument, cores, loglevel, screen");
}

/* Editors of other systems may put a byte order mark first. */
static size_t mark_bytes(const char *text, size_t bytes)
{
    return bytes >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

struct conf conf_parse(const char *text, size_t bytes, char *args, conf_warning_fn *warning,
                       void *context)
{
    struct parser p = {.args = args, .warn = warning, .context = context};
    size_t at = mark_bytes(text, bytes);
    while (at < bytes) {
        struct text line = {text + at, 0};
        bool has_nul = false;
        while (at + line.bytes < bytes && line.at[line.bytes] != '\n')
            has_nul |= !line.at[line.bytes++];
        p.line++;
        if (has_nul)
            warn(&p, "is not text");
        else
            take_line(&p, line);
        at += line.bytes + 1;
    }
    return (struct conf){p.used, p.screen_width, p.screen_height};
}
