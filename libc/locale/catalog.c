/*
 * catalog.c: message catalogues, in the file format of the BSDs' gencat: five big-endian words (magic, number of sets,
 * bytes after the header, and after it the offsets of the messages' and of the texts' tables); then the sets (number, count of
 * messages, index of the first), the messages (number, length, offset of the text), each sorted by number, and the texts.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <nl_types.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CATALOG_MAGIC 0xff88ff89u

struct catalog {
    size_t size; /* of body */
    uint32_t sets, messages_at, texts_at;
    unsigned char body[]; /* what follows the header, and a zero */
};

struct entry {
    uint32_t number, count, place;
};

static uint32_t word(const unsigned char *p)
{
    uint32_t w;
    memcpy(&w, p, sizeof w);
    return be32toh(w);
}

static struct catalog *reject(struct catalog *c, int error)
{
    free(c);
    errno = error;
    return NULL;
}

static struct catalog *read_catalog(int fd)
{
    unsigned char head[20];
    struct stat st;
    if (fstat(fd, &st) < 0)
        return NULL;
    if (read(fd, head, sizeof head) != (ssize_t)sizeof head || word(head) != CATALOG_MAGIC)
        return reject(NULL, EINVAL);
    size_t size = word(head + 8);
    if (st.st_size < (off_t)sizeof head || size != (size_t)st.st_size - sizeof head)
        return reject(NULL, EINVAL);
    struct catalog *c = malloc(sizeof *c + size + 1);
    if (!c)
        return NULL;
    *c = (struct catalog){size, word(head + 4), word(head + 12), word(head + 16)};
    for (size_t done = 0; done < size;) {
        ssize_t n = read(fd, c->body + done, size - done);
        if (n <= 0)
            return reject(c, n == 0 ? EINVAL : errno);
        done += (size_t)n;
    }
    c->body[size] = 0;
    if (c->sets > size / sizeof(struct entry) || c->messages_at > size || c->texts_at > size)
        return reject(c, EINVAL);
    return c;
}

static struct catalog *open_catalog(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    struct catalog *c = read_catalog(fd);
    int error = errno;
    close(fd);
    errno = error;
    return c;
}

struct builder {
    char *at, *end;
};

static void add(struct builder *b, const char *s, size_t n)
{
    if (n > (size_t)(b->end - b->at))
        n = (size_t)(b->end - b->at);
    memcpy(b->at, s, n);
    b->at += n;
}

/* One template of NLSPATH; an empty one is "%N". */
static void expand(const char *template, size_t n, const char *name, const char *lang, char *path)
{
    struct builder b = {path, path + PATH_MAX - 1};
    size_t language = strcspn(lang, "_.@"), territory = 0;
    const char *codeset = strchr(lang, '.');
    if (lang[language] == '_')
        territory = strcspn(lang + language + 1, ".@");
    if (n == 0)
        add(&b, name, strlen(name));
    for (size_t i = 0; i < n; i++) {
        if (template[i] != '%' || i + 1 == n) {
            add(&b, template + i, 1);
            continue;
        }
        switch (template[++i]) {
        case 'N': add(&b, name, strlen(name)); break;
        case 'L': add(&b, lang, strlen(lang)); break;
        case 'l': add(&b, lang, language); break;
        case 't': add(&b, lang + language + 1, territory); break;
        case 'c':
            if (codeset)
                add(&b, codeset + 1, strcspn(codeset + 1, "@"));
            break;
        case '%': add(&b, "%", 1); break;
        default: break;
        }
    }
    *b.at = 0;
}

static const char *language_of(int flags)
{
    if (flags == NL_CAT_LOCALE)
        return setlocale(LC_MESSAGES, NULL);
    const char *lang = getenv("LANG");
    return lang && *lang ? lang : "C";
}

nl_catd catopen(const char *name, int flags)
{
    char path[PATH_MAX];
    struct catalog *c = NULL;
    const char *list = secure_getenv("NLSPATH"), *lang = language_of(flags);
    if (strchr(name, '/')) {
        c = open_catalog(name);
        return c ? (nl_catd)c : (nl_catd)-1;
    }
    errno = ENOENT;
    while (list && !c) {
        size_t n = strcspn(list, ":");
        expand(list, n, name, lang, path);
        c = *path ? open_catalog(path) : NULL;
        list = list[n] ? list + n + 1 : NULL;
    }
    return c ? (nl_catd)c : (nl_catd)-1;
}

/* The entry of that number in a table of `count` at `at`; false when there is none, or the file is malformed. */
static bool find(const struct catalog *c, size_t at, size_t count, uint32_t number,
                 struct entry *out)
{
    for (size_t i = 0; i < count; i++) {
        size_t place = at + i * sizeof *out;
        if (place > c->size || c->size - place < sizeof *out)
            return false;
        const unsigned char *p = c->body + place;
        if (word(p) == number) {
            *out = (struct entry){number, word(p + 4), word(p + 8)};
            return true;
        }
    }
    return false;
}

char *catgets(nl_catd cat, int set, int message, const char *text)
{
    const struct catalog *c = cat;
    struct entry s, m;
    if (cat == (nl_catd)-1 || !cat) {
        errno = EBADF;
        return (char *)text;
    }
    if (find(c, 0, c->sets, (uint32_t)set, &s) &&
        find(c, c->messages_at + (size_t)s.place * sizeof m, s.count, (uint32_t)message, &m) &&
        m.place < c->size - c->texts_at)
        return (char *)c->body + c->texts_at + m.place;
    errno = ENOMSG;
    return (char *)text;
}

int catclose(nl_catd cat)
{
    if (cat == (nl_catd)-1 || !cat) {
        errno = EBADF;
        return -1;
    }
    free(cat);
    return 0;
}
