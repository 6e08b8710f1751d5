/*
 * message_file.c: files of translated messages as msgfmt makes them: tables of original and translated texts, the originals sorted. The
 * translation of "" says in which codeset the others are and how plurals are formed.
 */
#include <fcntl.h>
#include <iconv.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>
#include "internal/messages.h"

#define MAGIC      0x950412deu
#define SIZE_MOST  0x10000000
#define FORMS_MOST 1000

enum { WORD_MAGIC, WORD_REVISION, WORD_COUNT, WORD_ORIGINALS, WORD_TRANSLATIONS, HEADER_WORDS = 7 };

static uint32_t word_at(const struct message_file *file, size_t offset)
{
    uint32_t word;
    memcpy(&word, file->data + offset, sizeof word);
    return file->swapped ? __builtin_bswap32(word) : word;
}

struct text {
    const char *at;
    size_t length;
};

static struct text text_of(const struct message_file *file, uint32_t table, uint32_t index)
{
    size_t pair = table + (size_t)index * 8;
    return (struct text){file->data + word_at(file, pair + 4), word_at(file, pair)};
}

/* ---- reading ---- */

/* All texts of a table lie in the file and end with a NUL. */
static bool table_is_sound(const struct message_file *file, uint32_t table)
{
    if (table > file->size || file->count > (file->size - table) / 8)
        return false;
    for (uint32_t i = 0; i < file->count; i++) {
        size_t pair = table + (size_t)i * 8;
        size_t length = word_at(file, pair), offset = word_at(file, pair + 4);
        if (offset >= file->size || length >= file->size - offset || file->data[offset + length])
            return false;
    }
    return true;
}

static bool is_sound(struct message_file *file)
{
    if (file->size < HEADER_WORDS * 4)
        return false;
    file->swapped = word_at(file, 0) != MAGIC;
    if (word_at(file, 0) != MAGIC || word_at(file, 4 * WORD_REVISION) >> 16 > 1)
        return false;
    file->count = word_at(file, 4 * WORD_COUNT);
    file->originals = word_at(file, 4 * WORD_ORIGINALS);
    file->translations = word_at(file, 4 * WORD_TRANSLATIONS);
    return table_is_sound(file, file->originals) && table_is_sound(file, file->translations);
}

/* The value of a field of the file's header, a line "name: value"; NULL: there is none. */
static const char *field(const char *header, const char *name)
{
    size_t length = strlen(name);
    for (const char *line = header; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncasecmp(line, name, length) == 0 && line[length] == ':')
            return line + length + 1;
    }
    return NULL;
}

/* What follows the word in the same line. */
static const char *after(const char *line, const char *word)
{
    const char *found = line ? strstr(line, word) : NULL;
    return found && found < strchrnul(line, '\n') ? found + strlen(word) : NULL;
}

static void read_plural(struct message_file *file, const char *header)
{
    const char *line = field(header, "Plural-Forms");
    const char *forms = after(line, "nplurals="), *plural = after(line, "plural=");
    unsigned long count = forms ? strtoul(forms, NULL, 10) : 0;
    if (plural && count > 0 && count <= FORMS_MOST) {
        file->forms = (unsigned)count;
        file->plural = plural;
    }
}

/* Without a word about its codeset, or in the one that is wanted, nothing is converted. false: no memory. */
static bool read_codeset(struct message_file *file, const char *header, const char *wanted)
{
    const char *from = after(field(header, "Content-Type"), "charset=");
    size_t length = from ? strcspn(from, " \t\n;") : 0;
    if (length == 0 || (strlen(wanted) == length && strncasecmp(from, wanted, length) == 0))
        return true;
    char *to = malloc(strlen(wanted) + sizeof "//TRANSLIT");
    if (to)
        stpcpy(stpcpy(to, wanted), "//TRANSLIT");
    file->to = to;
    file->from = strndup(from, length);
    file->converted = calloc(file->count, sizeof *file->converted);
    return file->to && file->from && file->converted;
}

static bool read_all(const char *path, struct message_file *file)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    char *data = NULL;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && st.st_size <= SIZE_MOST)
        data = malloc((size_t)st.st_size);
    ssize_t got = 1;
    while (data && got > 0 && file->size < (size_t)st.st_size) {
        got = read(fd, data + file->size, (size_t)st.st_size - file->size);
        file->size += got > 0 ? (size_t)got : 0;
    }
    close(fd);
    file->data = data;
    return data != NULL;
}

static void discard(struct message_file *file)
{
    free((void *)file->data);
    free((void *)file->from);
    free((void *)file->to);
    free(file->converted);
    free(file);
}

struct message_file *__message_file_read(const char *path, const char *codeset)
{
    struct message_file *file = calloc(1, sizeof *file);
    if (!file)
        return NULL;
    bool usable = read_all(path, file) && is_sound(file);
    if (usable && file->count > 0 && text_of(file, file->originals, 0).length == 0) {
        const char *header = text_of(file, file->translations, 0).at;
        read_plural(file, header);
        usable = read_codeset(file, header, codeset);
    }
    if (usable)
        return file;
    discard(file);
    return NULL;
}

/* ---- looking up ---- */

/* count: it has none. */
static uint32_t index_of(const struct message_file *file, const char *original)
{
    uint32_t low = 0, high = file->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(original, text_of(file, file->originals, middle).at);
        if (order == 0)
            return middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return file->count;
}

/* The text in the wanted codeset, with its NULs; NULL: it cannot be had. */
static char *convert(const struct message_file *file, struct text text)
{
    size_t room = text.length * MB_LEN_MAX + 1, left = text.length + 1;
    char *result = malloc(room + sizeof(size_t)), *out = result, *in = (char *)text.at;
    iconv_t conversion = result ? iconv_open(file->to, file->from) : (iconv_t)-1;
    if (conversion == (iconv_t)-1) {
        free(result);
        return NULL;
    }
    out += sizeof(size_t);
    size_t failed = iconv(conversion, &in, &left, &out, &room);
    iconv_close(conversion);
    if (failed == (size_t)-1) {
        free(result);
        return NULL;
    }
    size_t length = (size_t)(out - result) - sizeof(size_t) - 1;
    memcpy(result, &length, sizeof length);
    return result;
}

/* Texts stay for good, as the program keeps them. */
static struct text converted_text(struct message_file *file, uint32_t index)
{
    struct text text = text_of(file, file->translations, index);
    if (!file->converted)
        return text;
    char *there = file->converted[index];
    if (!there) {
        char *new = convert(file, text);
        if (!new)
            return (struct text){NULL, 0};
        if (__c11_atomic_compare_exchange_strong(&file->converted[index], &there, new,
                                                 __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
            there = new;
        else
            free(new);
    }
    memcpy(&text.length, there, sizeof text.length);
    text.at = there + sizeof text.length;
    return text;
}

/* Without a rule of the file's it is the English one. */
static long form_of(const struct message_file *file, unsigned long n)
{
    long form = file->forms ? __plural_form(file->plural, n, file->forms) : -1;
    return form >= 0 ? form : n != 1;
}

const char *__message_file_find(struct message_file *file, const char *original,
                                const unsigned long *n)
{
    uint32_t index = index_of(file, original);
    if (index == file->count)
        return NULL;
    struct text text = converted_text(file, index);
    if (!n || !text.at)
        return text.at;
    const char *at = text.at, *end = text.at + text.length;
    for (long form = form_of(file, *n); form > 0 && at <= end; form--)
        at += strlen(at) + 1;
    return at <= end ? at : text.at;
}
