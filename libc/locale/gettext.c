/*
 * gettext.c: translated messages (POSIX.1-2024). In the C and POSIX locales a message is its own translation. C.UTF-8 stands for the
 * user's languages, too, of which the environment tells: $LANGUAGE, or what names the category's locale; their messages are in the files
 * FOLDER/LANGUAGE/CATEGORY/DOMAIN.mo. What has been looked for once stays, found or not.
 *
 * No locks: lists only grow, at their head, so that forks and signal handlers find them whole.
 */
#include <errno.h>
#include <langinfo.h>
#include <libintl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "internal/locale.h"
#include "internal/messages.h"

#define FILES_MOST 8
#define NAME_MOST  128 /* of a language, longer ones are not looked for */

static char usual_domain[] = "messages", usual_folder[] = "/usr/share/locale";
static char *_Atomic current_domain = usual_domain;

static struct domain {
    struct domain *next;
    char *_Atomic folder,
        *_Atomic codeset; /* NULL: not set; those before are kept, as they may be in use */
    char name[];
} *_Atomic domains;

/* The files for a message, first choice first. Constant. */
struct catalogue {
    struct catalogue *next;
    int category;
    struct message_file *files[FILES_MOST + 1];
    const char *domain, *folder, *languages, *codeset;
    char names[]; /* these four */
};
static struct catalogue *_Atomic catalogues;

/* ---- domains ---- */

static char *set_text(char *_Atomic *place, const char *text)
{
    char *old = *place;
    if (old && strcmp(old, text) == 0)
        return old;
    char *copy = strdup(text);
    if (copy)
        *place = copy;
    return copy;
}

char *textdomain(const char *name)
{
    if (name && *name)
        return set_text(&current_domain, name);
    if (name)
        current_domain = usual_domain;
    return current_domain;
}

static struct domain *find_domain(const char *name)
{
    struct domain *at = domains;
    while (at && strcmp(at->name, name) != 0)
        at = at->next;
    return at;
}

static struct domain *make_domain(const char *name)
{
    struct domain *new = calloc(1, sizeof *new + strlen(name) + 1);
    if (!new)
        return NULL;
    strcpy(new->name, name);
    new->next = domains;
    while (!__c11_atomic_compare_exchange_weak(&domains, &new->next, new, __ATOMIC_RELEASE,
                                               __ATOMIC_ACQUIRE))
        continue;
    return new;
}

/* The domain's entry, made when `text` is to be kept there. NULL: there is none. */
static struct domain *domain_for(const char *name, const char *text)
{
    struct domain *domain = find_domain(name);
    return domain || !text ? domain : make_domain(name);
}

char *bindtextdomain(const char *name, const char *folder)
{
    if (!name || !*name) {
        errno = EINVAL;
        return NULL;
    }
    struct domain *domain = domain_for(name, folder);
    if (folder)
        return domain ? set_text(&domain->folder, folder) : NULL;
    return domain && domain->folder ? domain->folder : usual_folder;
}

char *bind_textdomain_codeset(const char *name, const char *codeset)
{
    if (!name || !*name) {
        errno = EINVAL;
        return NULL;
    }
    struct domain *domain = domain_for(name, codeset);
    if (codeset)
        return domain ? set_text(&domain->codeset, codeset) : NULL;
    return domain ? domain->codeset : NULL;
}

/* ---- files ---- */

static const char *const category_names[LC_ALL] = {
    [LC_CTYPE] = "LC_CTYPE",     [LC_NUMERIC] = "LC_NUMERIC",   [LC_TIME] = "LC_TIME",
    [LC_COLLATE] = "LC_COLLATE", [LC_MONETARY] = "LC_MONETARY", [LC_MESSAGES] = "LC_MESSAGES",
};

static bool is_c(const char *name, size_t length)
{
    return (length == 1 && *name == 'C') || (length == 5 && strncmp(name, "POSIX", 5) == 0);
}

/* The user's languages, a list with colons; NULL: none. */
static const char *languages_of(int category)
{
    const char *sources[] = {"LANGUAGE", "LC_ALL", category_names[category], "LANG"};
    for (size_t i = 0; i < ARRAY_COUNT(sources); i++) {
        const char *value = getenv(sources[i]);
        if (value && *value)
            return value;
    }
    return NULL;
}

static struct message_file *read_file(const struct catalogue *c, const char *language)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s/%s/%s.mo", c->folder, language,
                          category_names[c->category], c->domain);
    return length < (int)sizeof path ? __message_file_read(path, c->codeset) : NULL;
}

/* ll_CC.codeset@modifier, and then with less and less of that. */
static struct message_file *read_language(const struct catalogue *c, const char *name,
                                          size_t length)
{
    char language[NAME_MOST], base[NAME_MOST];
    if (length == 0 || length >= sizeof base || memchr(name, '/', length))
        return NULL;
    memcpy(base, name, length);
    base[length] = 0;
    struct message_file *file = read_file(c, base);
    size_t modifier = strcspn(base, "@"), codeset = strcspn(base, ".@"),
           territory = strcspn(base, "_.@");
    for (int tail = base[modifier] != 0; tail >= 0 && !file; tail--) {
        size_t ends[] = {modifier, codeset, territory};
        for (size_t i = 0; i < ARRAY_COUNT(ends) && !file; i++) {
            snprintf(language, sizeof language, "%.*s%s", (int)ends[i], base,
                     tail ? base + modifier : "");
            if (strcmp(language, base) != 0)
                file = read_file(c, language);
        }
    }
    return file;
}

static void read_files(struct catalogue *c)
{
    size_t count = 0;
    for (const char *at = c->languages; *at && count < FILES_MOST;) {
        size_t length = strcspn(at, ":");
        if (is_c(at, length))
            break;
        c->files[count] = read_language(c, at, length);
        count += c->files[count] != NULL;
        at += length + (at[length] == ':');
    }
}

static struct catalogue *make_catalogue(const struct catalogue *wanted)
{
    const char *names[] = {wanted->domain, wanted->folder, wanted->languages, wanted->codeset};
    size_t sizes = 0;
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        sizes += strlen(names[i]) + 1;
    struct catalogue *new = calloc(1, sizeof *new + sizes);
    if (!new)
        return NULL;
    char *at = new->names;
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        const char *copy = at;
        at = stpcpy(at, names[i]) + 1;
        names[i] = copy;
    }
    new->category = wanted->category;
    new->domain = names[0];
    new->folder = names[1];
    new->languages = names[2];
    new->codeset = names[3];
    read_files(new);
    new->next = catalogues;
    while (!__c11_atomic_compare_exchange_weak(&catalogues, &new->next, new, __ATOMIC_RELEASE,
                                               __ATOMIC_ACQUIRE))
        continue;
    return new;
}

static struct catalogue *find_catalogue(const struct catalogue *wanted)
{
    struct catalogue *at = catalogues;
    while (at &&
           (at->category != wanted->category || strcmp(at->domain, wanted->domain) != 0 ||
            strcmp(at->languages, wanted->languages) != 0 ||
            strcmp(at->folder, wanted->folder) != 0 || strcmp(at->codeset, wanted->codeset) != 0))
        at = at->next;
    return at ? at : make_catalogue(wanted);
}

/* The files for messages of the domain, which may be NULL, in this locale; NULL: messages are their own translations. */
static struct catalogue *catalogue_for(const char *name, int category,
                                       const struct __locale *locale)
{
    if (category < 0 || category >= LC_ALL || !locale->utf8[category])
        return NULL;
    const char *languages = languages_of(category);
    if (!languages || is_c(languages, strlen(languages)))
        return NULL;
    name = name && *name ? name : current_domain;
    const struct domain *domain = find_domain(name);
    const char *folder = domain ? domain->folder : NULL, *codeset = domain ? domain->codeset : NULL;
    const char *own = locale->utf8[LC_CTYPE] ? "UTF-8" : "ASCII";
    return find_catalogue(&(struct catalogue){.category = category,
                                              .domain = name,
                                              .folder = folder ? folder : usual_folder,
                                              .languages = languages,
                                              .codeset = codeset ? codeset : own});
}

/* ---- messages ---- */

static char *translate(const char *domain, const char *one, const char *many,
                       const unsigned long *n, int category, const struct __locale *locale)
{
    int before = errno;
    const char *text = NULL;
    struct catalogue *c = one ? catalogue_for(domain, category, locale) : NULL;
    for (int i = 0; c && c->files[i] && !text; i++)
        text = __message_file_find(c->files[i], one, n);
    errno = before;
    if (!text)
        text = n && *n != 1 ? many : one;
    return (char *)text;
}

static const struct __locale *locale_of(locale_t locale)
{
    return locale == LC_GLOBAL_LOCALE ? &__global_locale : locale;
}

char *gettext(const char *message)
{
    return translate(NULL, message, NULL, NULL, LC_MESSAGES, __current_locale());
}

char *dgettext(const char *domain, const char *message)
{
    return translate(domain, message, NULL, NULL, LC_MESSAGES, __current_locale());
}

char *dcgettext(const char *domain, const char *message, int category)
{
    return translate(domain, message, NULL, NULL, category, __current_locale());
}

char *ngettext(const char *one, const char *many, unsigned long n)
{
    return translate(NULL, one, many, &n, LC_MESSAGES, __current_locale());
}

char *dngettext(const char *domain, const char *one, const char *many, unsigned long n)
{
    return translate(domain, one, many, &n, LC_MESSAGES, __current_locale());
}

char *dcngettext(const char *domain, const char *one, const char *many, unsigned long n,
                 int category)
{
    return translate(domain, one, many, &n, category, __current_locale());
}

char *gettext_l(const char *message, locale_t locale)
{
    return translate(NULL, message, NULL, NULL, LC_MESSAGES, locale_of(locale));
}

char *dgettext_l(const char *domain, const char *message, locale_t locale)
{
    return translate(domain, message, NULL, NULL, LC_MESSAGES, locale_of(locale));
}

char *dcgettext_l(const char *domain, const char *message, int category, locale_t locale)
{
    return translate(domain, message, NULL, NULL, category, locale_of(locale));
}

char *ngettext_l(const char *one, const char *many, unsigned long n, locale_t locale)
{
    return translate(NULL, one, many, &n, LC_MESSAGES, locale_of(locale));
}

char *dngettext_l(const char *domain, const char *one, const char *many, unsigned long n,
                  locale_t locale)
{
    return translate(domain, one, many, &n, LC_MESSAGES, locale_of(locale));
}

char *dcngettext_l(const char *domain, const char *one, const char *many, unsigned long n,
                   int category, locale_t locale)
{
    return translate(domain, one, many, &n, category, locale_of(locale));
}
