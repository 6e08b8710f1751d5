/* gettext.c: translated messages: which file is looked into, what is found there, and what broken files do (POSIX.1-2024). */
#define _GNU_SOURCE 1
#include <errno.h>
#include <libintl.h>
#include <locale.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"

static char folder[] = "/tmp/posix_gettext.XXXXXX";

struct pair {
    const char *original, *translation;
    size_t original_length, translation_length; /* 0: strlen's */
};

static char image[4096];
static size_t image_size;

static void put_word(size_t at, uint32_t word, int swapped)
{
    for (size_t i = 0; i < 4; i++)
        image[at + i] = (char)(word >> 8 * (swapped ? 3 - i : i));
}

static void put_text(size_t pair, const char *text, size_t length, int swapped)
{
    length = length ? length : strlen(text);
    put_word(pair, (uint32_t)length, swapped);
    put_word(pair + 4, (uint32_t)image_size, swapped);
    memcpy(image + image_size, text, length + 1);
    image_size += length + 1;
}

/* The pairs are sorted. */
static void build(const struct pair *pairs, uint32_t count, int swapped)
{
    uint32_t words[] = {0x950412de, 0, count, 28, 28 + 8 * count, 0, 28 + 16 * count};
    memset(image, 0, sizeof image);
    for (size_t i = 0; i < 7; i++)
        put_word(4 * i, words[i], swapped);
    image_size = 28 + 16 * count;
    for (uint32_t i = 0; i < count; i++)
        put_text(28 + 8 * i, pairs[i].original, pairs[i].original_length, swapped);
    for (uint32_t i = 0; i < count; i++)
        put_text(28 + 8 * (count + i), pairs[i].translation, pairs[i].translation_length, swapped);
}

static void store_bytes(const char *language, const char *category, const char *domain, size_t size)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, language);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/%s/%s", folder, language, category);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/%s/%s/%s.mo", folder, language, category, domain);
    FILE *file = fopen(path, "w");
    CHECK(file && fwrite(image, 1, size, file) == size && fclose(file) == 0);
}

static void store(const char *language, const char *category, const char *domain)
{
    store_bytes(language, category, domain, image_size);
}

/* With one message, "yes". */
static void store_yes(const char *language, const char *domain, const char *header, const char *yes)
{
    struct pair pairs[] = {{"", header, 0, 0}, {"yes", yes, 0, 0}};
    build(pairs, 2, 0);
    store(language, "LC_MESSAGES", domain);
}

static int is(const char *got, const char *wanted)
{
    if (got && strcmp(got, wanted) == 0)
        return 1;
    printf("got \"%s\", wanted \"%s\"\n", got ? got : "(null)", wanted);
    return 0;
}

#define UTF8 "Content-Type: text/plain; charset=UTF-8\n"

/* A library may look at the environment only when it is told something. */
static void speak(const char *languages)
{
    setenv("LANGUAGE", languages, 1);
    CHECK(textdomain(textdomain(NULL)) != NULL);
}

/* ---- domains ---- */

static void test_domains(void)
{
    CHECK(is(textdomain(NULL), "messages"));
    CHECK(is(textdomain("one"), "one"));
    CHECK(is(textdomain(NULL), "one"));
    CHECK(is(textdomain(""), "messages"));
    CHECK(is(bindtextdomain("one", folder), folder));
    CHECK(is(bindtextdomain("one", NULL), folder));
    CHECK(bindtextdomain("", folder) == NULL);
    CHECK(bindtextdomain(NULL, folder) == NULL);
    CHECK(bind_textdomain_codeset("one", NULL) == NULL);
    CHECK(is(bind_textdomain_codeset("one", "UTF-8"), "UTF-8"));
    CHECK(is(bind_textdomain_codeset("one", NULL), "UTF-8"));
    CHECK(bind_textdomain_codeset("", "UTF-8") == NULL);
    CHECK(bind_textdomain_codeset(NULL, "UTF-8") == NULL);
}

/* ---- which file ---- */

static void test_languages(void)
{
    static const char yes[] = "yes";
    bindtextdomain("place", folder);
    store_yes("de", "place", UTF8, "ja");
    store_yes("de_AT", "place", UTF8, "jo");
    store_yes("fr", "place", UTF8, "oui");
    struct pair only[] = {{"no", "nein", 0, 0}};
    build(only, 1, 0); /* without a header */
    store("nl", "LC_MESSAGES", "place");
    speak("de");
    errno = 77;
    CHECK(is(dgettext("place", yes), "ja"));
    CHECK_IS(errno, 77);
    CHECK(dgettext("place", "other") != NULL && dgettext("other", yes) == yes);
    speak("fr:de");
    CHECK(is(dgettext("place", yes), "oui"));
    speak("nl:xx:de"); /* the first that has the message */
    CHECK(is(dgettext("place", "no"), "nein"));
    CHECK(is(dgettext("place", yes), "ja"));
    speak("de_AT.UTF-8@euro");
    CHECK(is(dgettext("place", yes), "jo"));
    speak("de_CH.UTF-8");
    CHECK(is(dgettext("place", yes), "ja"));
    speak("C:de");
    CHECK(dgettext("place", yes) == yes);
    speak("../de");
    CHECK(dgettext("place", yes) == yes);
    speak("de");
    CHECK(dcgettext("place", yes, LC_TIME) == yes);
    struct pair at_time[] = {{"yes", "jetzt", 0, 0}};
    build(at_time, 1, 0);
    store("de", "LC_TIME", "later");
    bindtextdomain("later", folder);
    CHECK(is(dcgettext("later", yes, LC_TIME), "jetzt"));
    CHECK(dcgettext("later", yes, LC_MESSAGES) == yes);
    textdomain("place");
    CHECK(is(gettext(yes), "ja"));
    textdomain("");
    CHECK(gettext(yes) == yes);
    setlocale(LC_MESSAGES, "C");
    CHECK(dgettext("place", yes) == yes);
    setlocale(LC_MESSAGES, "C.UTF-8");
    CHECK(is(dgettext("place", yes), "ja"));
}

/* ---- what is in it ---- */

static void test_plurals(int swapped)
{
    const char *domain = swapped ? "swapped" : "plural";
    struct pair pairs[] = {
        {"",
         UTF8
         "Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n",
         0, 0},
        {"file\0files", "plik\0pliki\0plikow", 10, 17},
        {"x", "iks", 0, 0}};
    build(pairs, 3, swapped);
    store("pl", "LC_MESSAGES", domain);
    bindtextdomain(domain, folder);
    speak("pl");
    static const struct {
        unsigned long n;
        const char *text;
    } forms[] = {{1, "plik"},    {2, "pliki"},  {4, "pliki"}, {5, "plikow"},
                 {12, "plikow"}, {22, "pliki"}, {0, "plikow"}};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        CHECK(is(dngettext(domain, "file", "files", forms[i].n), forms[i].text));
    CHECK(is(dcngettext(domain, "file", "files", 3, LC_MESSAGES), "pliki"));
    CHECK(is(dgettext(domain, "file"), "plik"));
    CHECK(is(dgettext(domain, "x"), "iks"));
    textdomain(domain);
    CHECK(is(ngettext("file", "files", 2), "pliki"));
    textdomain("");
    CHECK(is(ngettext("file", "files", 1), "file")); /* not there: the English rule */
    CHECK(is(ngettext("file", "files", 0), "files"));
    CHECK(is(dngettext(domain, "mouse", "mice", 2), "mice"));
}

#ifdef __dyad__
/* A rule that is none, or says a form that is not there, does not lead out of the text. */
static void test_bad_plurals(void)
{
    static const char *const rules[] = {"nplurals=2; plural=n/0;",
                                        "nplurals=2; plural=((n;",
                                        "nplurals=2; plural=7;",
                                        "nplurals=90; plural=89;",
                                        "plural",
                                        "nplurals=2; plural=n==;"};
    char domain[20], header[200];
    speak("de");
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        snprintf(domain, sizeof domain, "bad%zu", i);
        snprintf(header, sizeof header, UTF8 "Plural-Forms: %s\n", rules[i]);
        struct pair pairs[] = {{"", header, 0, 0}, {"a\0b", "A\0B", 3, 3}};
        build(pairs, 2, 0);
        store("de", "LC_MESSAGES", domain);
        bindtextdomain(domain, folder);
        const char *text = dngettext(domain, "a", "b", 5);
        CHECK(text && strlen(text) == 1 && strchr("abAB", *text));
    }
}

#else
#define test_bad_plurals() (void)0 /* glibc divides */
#endif

static void test_codesets(void)
{
    speak("de");
    store_yes("de", "latin", "Content-Type: text/plain; charset=ISO-8859-1\n", "f\xfcr");
    bindtextdomain("latin", folder);
    CHECK(is(dgettext("latin", "yes"), "f\xc3\xbcr"));
    CHECK(dgettext("latin", "yes") == dgettext("latin", "yes")); /* the text stays */
    bind_textdomain_codeset("latin", "ISO-8859-1");
    CHECK(is(dgettext("latin", "yes"), "f\xfcr"));
}

/* ---- broken files ---- */

__attribute__((unused)) static void test_broken(void)
{
    char domain[40], whole[sizeof image];
    struct pair pairs[] = {{"", UTF8, 0, 0}, {"no", "nein", 0, 0}, {"yes", "ja", 0, 0}};
    build(pairs, 3, 0);
    size_t size = image_size;
    memcpy(whole, image, size);
    speak("de");
    for (size_t cut = 0; cut < size; cut += 3) {
        snprintf(domain, sizeof domain, "cut%zu", cut);
        store_bytes("de", "LC_MESSAGES", domain, cut);
        bindtextdomain(domain, folder);
        CHECK(is(dgettext(domain, "yes"), "yes"));
    }
    for (size_t at = 0; at < 28 + 16 * 3; at++) {
        memcpy(image, whole, size);
        image[at] = (char)0xfe;
        snprintf(domain, sizeof domain, "byte%zu", at);
        store_bytes("de", "LC_MESSAGES", domain, size);
        bindtextdomain(domain, folder);
        CHECK(dgettext(domain, "yes") != NULL);
    }
    snprintf(domain, sizeof domain, "%s/de/LC_MESSAGES/folder.mo", folder);
    mkdir(domain, 0700);
    bindtextdomain("folder", folder);
    CHECK(is(dgettext("folder", "yes"), "yes"));
}

#ifdef __dyad__
static void test_locale_objects(void)
{
    locale_t c = newlocale(LC_ALL_MASK, "C", NULL), utf8 = newlocale(LC_ALL_MASK, "C.UTF-8", NULL);
    speak("de");
    CHECK(is(dgettext_l("place", "yes", utf8), "ja"));
    CHECK(is(dgettext_l("place", "yes", c), "yes"));
    CHECK(is(dgettext_l("place", "yes", LC_GLOBAL_LOCALE), "ja"));
    CHECK(is(dcgettext_l("later", "yes", LC_TIME, utf8), "jetzt"));
    CHECK(is(dcngettext_l("place", "yes", "yeses", 1, LC_MESSAGES, utf8), "ja"));
    CHECK(is(dngettext_l("place", "yes", "yeses", 2, c), "yeses"));
    textdomain("place");
    CHECK(is(gettext_l("yes", utf8), "ja"));
    CHECK(is(ngettext_l("yes", "yeses", 1, utf8), "ja"));
    textdomain("");
    CHECK(is(getlocalename_l(LC_MESSAGES, utf8), "C.UTF-8"));
    CHECK(is(getlocalename_l(LC_CTYPE, c), "C"));
    CHECK(is(getlocalename_l(LC_TIME, LC_GLOBAL_LOCALE), setlocale(LC_TIME, NULL)));
    CHECK(getlocalename_l(LC_ALL, c) == NULL && getlocalename_l(-1, c) == NULL);
    freelocale(c);
    freelocale(utf8);
}
#endif

int main(void)
{
    char command[60];
    CHECK(mkdtemp(folder) != NULL);
    CHECK(setlocale(LC_ALL, "C.UTF-8") != NULL);
    test_domains();
    test_languages();
    test_plurals(0);
    test_plurals(1);
    test_bad_plurals();
    test_codesets();
#ifdef __dyad__ /* glibc trusts its files */
    test_broken();
    test_locale_objects();
#endif
    snprintf(command, sizeof command, "rm -r %s", folder);
    CHECK_IS(system(command), 0);
    return posix_end();
}
