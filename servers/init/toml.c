/* toml.c: the TOML reader: one pass, one character of lookahead, errors with their place. */
#include "servers/init/toml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/error.h"

struct reader {
    struct toml *toml;
    const char *file, *text;
    size_t length, at;
    unsigned line, column;
    char *table; /* current header, owned */
    char *word;  /* the string being read, owned */
    size_t word_length, word_room;
};

#define END (-1)

__attribute__((format(printf, 2, 3))) static int fail(struct reader *r, const char *format, ...)
{
    char what[128];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    snprintf(r->toml->error, sizeof r->toml->error, "%s:%u:%u: %s", r->file, r->line, r->column,
             what);
    return -ERR_INVAL;
}

/* ---- Characters ---------------------------------------------------------------------------------------------- */

static int peek(const struct reader *r)
{
    return r->at < r->length ? (unsigned char)r->text[r->at] : END;
}

static int next(struct reader *r)
{
    int c = peek(r);

    if (c == END)
        return END;
    r->at++;
    r->column++;
    if (c == '\n') {
        r->line++;
        r->column = 1;
    }
    return c;
}

static void skip_blanks(struct reader *r)
{
    while (peek(r) == ' ' || peek(r) == '\t')
        next(r);
}

static void skip_comment(struct reader *r)
{
    skip_blanks(r);
    if (peek(r) == '#')
        while (peek(r) != '\n' && peek(r) != END)
            next(r);
    if (peek(r) == '\r')
        next(r);
}

/* Blanks, comments and line ends. */
static void skip_lines(struct reader *r)
{
    skip_comment(r);
    while (peek(r) == '\n') {
        next(r);
        skip_comment(r);
    }
}

static int expect_line_end(struct reader *r)
{
    skip_comment(r);
    if (peek(r) != '\n' && peek(r) != END)
        return fail(r, "unexpected '%c' after the value", peek(r));
    return 0;
}

/* ---- Words --------------------------------------------------------------------------------------------------- */

static int word_add(struct reader *r, int c)
{
    if (r->word_length + 1 >= r->word_room) {
        size_t room = r->word_room ? r->word_room * 2 : 64;
        char *word = realloc(r->word, room);
        if (!word)
            return -ERR_NOMEM;
        r->word = word;
        r->word_room = room;
    }
    r->word[r->word_length++] = (char)c;
    r->word[r->word_length] = '\0';
    return 0;
}

static char *word_copy(const struct reader *r)
{
    return strdup(r->word_length ? r->word : "");
}

static int word_add_character(struct reader *r, uint32_t character)
{
    int error = 0;

    if (character < 0x80)
        return word_add(r, (int)character);
    if (character < 0x800) {
        error = word_add(r, (int)(0xc0 | character >> 6));
    } else if (character < 0x10000) {
        error = word_add(r, (int)(0xe0 | character >> 12));
        if (error == 0)
            error = word_add(r, (int)(0x80 | (character >> 6 & 0x3f)));
    } else {
        error = word_add(r, (int)(0xf0 | character >> 18));
        if (error == 0)
            error = word_add(r, (int)(0x80 | (character >> 12 & 0x3f)));
        if (error == 0)
            error = word_add(r, (int)(0x80 | (character >> 6 & 0x3f)));
    }
    return error ? error : word_add(r, (int)(0x80 | (character & 0x3f)));
}

static int hex_digit(int c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static int read_unicode(struct reader *r, int digits)
{
    uint32_t character = 0;

    for (int i = 0; i < digits; i++) {
        int digit = hex_digit(peek(r));
        if (digit < 0)
            return fail(r, "\\%c needs %d hexadecimal digits", digits == 4 ? 'u' : 'U', digits);
        character = character << 4 | (uint32_t)digit;
        next(r);
    }
    if (character == 0 || character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff))
        return fail(r, "U+%04X is not a character that a string may hold", character);
    return word_add_character(r, character);
}

static int read_escape(struct reader *r)
{
    static const char from[] = "btnfr\"\\e", to[] = "\b\t\n\f\r\"\\\033";
    int c = peek(r);

    if (c == 'u' || c == 'U') {
        next(r);
        return read_unicode(r, c == 'u' ? 4 : 8);
    }
    const char *found = c == END || c == 0 ? NULL : strchr(from, c);
    if (!found)
        return fail(r, "unknown escape in a string");
    next(r);
    return word_add(r, to[found - from]);
}

/* A quoted string into r->word; the opening quote is next. */
static int read_string(struct reader *r)
{
    int quote = next(r), error = 0;

    r->word_length = 0;
    if (peek(r) == quote && r->at + 1 < r->length && r->text[r->at + 1] == quote)
        return fail(r, "multi-line strings are not supported");
    while (error == 0) {
        int c = peek(r);
        if (c == END || c == '\n')
            return fail(r, "the string has no closing %c", quote);
        if (c == 0 || (c < 0x20 && c != '\t'))
            return fail(r, "control character in a string");
        next(r);
        if (c == quote)
            return 0;
        error = c == '\\' && quote == '"' ? read_escape(r) : word_add(r, c);
    }
    return error;
}

static bool is_bare(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

static int read_bare(struct reader *r)
{
    int error = 0;

    r->word_length = 0;
    while (error == 0 && is_bare(peek(r)))
        error = word_add(r, next(r));
    return error;
}

static int read_key(struct reader *r)
{
    int error = peek(r) == '"' || peek(r) == '\'' ? read_string(r) : read_bare(r);

    if (error == 0 && r->word_length == 0)
        return fail(r, "expected a key");
    return error;
}

/* ---- Values -------------------------------------------------------------------------------------------------- */

static int read_array(struct reader *r, struct toml_entry *entry)
{
    entry->type = TOML_ARRAY;
    next(r);
    for (;;) {
        skip_lines(r);
        if (peek(r) == ']')
            break;
        if (peek(r) != '"' && peek(r) != '\'')
            return fail(r, "expected a string or ] (arrays hold strings only)");
        int error = read_string(r);
        if (error < 0)
            return error;
        char **items = realloc(entry->items, (entry->item_count + 2) * sizeof *items);
        if (!items)
            return -ERR_NOMEM;
        entry->items = items;
        items[entry->item_count] = word_copy(r);
        if (!items[entry->item_count])
            return -ERR_NOMEM;
        items[++entry->item_count] = NULL;
        skip_lines(r);
        if (peek(r) == ',')
            next(r);
        else if (peek(r) != ']')
            return fail(r, "expected , or ] in the array");
    }
    next(r);
    return 0;
}

static int read_integer(struct reader *r, struct toml_entry *entry)
{
    bool negative = peek(r) == '-', any = false;
    uint64_t value = 0;

    entry->type = TOML_INTEGER;
    if (peek(r) == '-' || peek(r) == '+')
        next(r);
    while ((peek(r) >= '0' && peek(r) <= '9') || (any && peek(r) == '_')) {
        int c = next(r);
        if (c == '_')
            continue;
        any = true;
        value = value * 10 + (uint64_t)(c - '0');
        if (value > INT64_MAX)
            return fail(r, "the number is too large");
    }
    if (!any || is_bare(peek(r)) || peek(r) == '.' || peek(r) == ':')
        return fail(r, "expected a decimal integer (no dates, no fractions)");
    entry->integer = negative ? -(int64_t)value : (int64_t)value;
    return 0;
}

static int read_word_value(struct reader *r, struct toml_entry *entry)
{
    int error = read_bare(r);

    if (error < 0)
        return error;
    bool is_true = r->word_length && strcmp(r->word, "true") == 0;
    if (!is_true && !(r->word_length && strcmp(r->word, "false") == 0))
        return fail(r, "expected a value: \"text\", a number, true, false or [\"a\", \"b\"]");
    entry->type = TOML_BOOLEAN;
    entry->boolean = is_true;
    return 0;
}

static int read_value(struct reader *r, struct toml_entry *entry)
{
    int c = peek(r);

    entry->line = r->line;
    entry->column = r->column;
    if (c == '[')
        return read_array(r, entry);
    if (c == '{')
        return fail(r, "inline tables are not supported");
    if (c == '-' || c == '+' || (c >= '0' && c <= '9'))
        return read_integer(r, entry);
    if (c != '"' && c != '\'')
        return read_word_value(r, entry);
    int error = read_string(r);
    if (error < 0)
        return error;
    entry->type = TOML_STRING;
    entry->string = word_copy(r);
    return entry->string ? 0 : -ERR_NOMEM;
}

/* ---- Lines --------------------------------------------------------------------------------------------------- */

static void free_entry(struct toml_entry *entry)
{
    free(entry->table);
    free(entry->key);
    free(entry->string);
    for (size_t i = 0; i < entry->item_count; i++)
        free(entry->items[i]);
    free(entry->items);
}

static int read_header(struct reader *r)
{
    next(r);
    if (peek(r) == '[')
        return fail(r, "arrays of tables are not supported");
    skip_blanks(r);
    int error = read_key(r);
    if (error < 0)
        return error;
    skip_blanks(r);
    if (peek(r) != ']')
        return fail(r, "expected ] (dotted tables are not supported)");
    next(r);
    char *table = word_copy(r);
    if (!table)
        return -ERR_NOMEM;
    free(r->table);
    r->table = table;
    return expect_line_end(r);
}

static int read_assignment(struct reader *r)
{
    struct toml_entry entry = {0};
    int error = read_key(r);

    if (error < 0)
        return error;
    entry.table = strdup(r->table);
    entry.key = word_copy(r);
    error = entry.table && entry.key ? 0 : -ERR_NOMEM;
    if (error == 0 && toml_find(r->toml, entry.table, entry.key))
        error = fail(r, "%s is given twice", entry.key);
    skip_blanks(r);
    if (error == 0 && next(r) != '=')
        error = fail(r, "expected = after the key");
    skip_blanks(r);
    if (error == 0)
        error = read_value(r, &entry);
    if (error == 0)
        error = expect_line_end(r);
    struct toml_entry *entries =
        error == 0 ? realloc(r->toml->entries, (r->toml->count + 1) * sizeof *entries) : NULL;
    if (!entries) {
        free_entry(&entry);
        return error ? error : -ERR_NOMEM;
    }
    r->toml->entries = entries;
    entries[r->toml->count++] = entry;
    return 0;
}

int toml_parse(struct toml *toml, const char *file, const char *text, size_t length)
{
    struct reader r = {
        .toml = toml, .file = file, .text = text, .length = length, .line = 1, .column = 1};
    int error = 0;

    *toml = (struct toml){0};
    r.table = strdup("");
    if (!r.table)
        error = -ERR_NOMEM;
    for (skip_lines(&r); error == 0 && peek(&r) != END; skip_lines(&r))
        error = peek(&r) == '[' ? read_header(&r) : read_assignment(&r);
    free(r.table);
    free(r.word);
    return error;
}

void toml_free(struct toml *toml)
{
    for (size_t i = 0; i < toml->count; i++)
        free_entry(&toml->entries[i]);
    free(toml->entries);
    toml->entries = NULL;
    toml->count = 0;
}

const struct toml_entry *toml_find(const struct toml *toml, const char *table, const char *key)
{
    for (size_t i = 0; i < toml->count; i++)
        if (strcmp(toml->entries[i].table, table) == 0 && strcmp(toml->entries[i].key, key) == 0)
            return &toml->entries[i];
    return NULL;
}

const char *toml_type_name(enum toml_type type)
{
    static const char *const names[] = {"a string", "an integer", "true or false",
                                        "an array of strings"};
    return names[type];
}
