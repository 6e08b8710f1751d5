/*
 * gettext.c: translated messages. In the C and POSIX locales, and C.UTF-8 speaks the same language, a message is its own translation,
 * so there are no catalogues to look into; the names of domains and folders are kept as they were set.
 */
#include <errno.h>
#include <libintl.h>
#include <stdlib.h>
#include <string.h>

static char *current;
static struct domain {
    struct domain *next;
    char *folder, *codeset; /* NULL: not set */
    char name[];
} *domains;

char *textdomain(const char *name)
{
    static char messages[] = "messages";
    if (name) {
        char *copy = *name ? strdup(name) : NULL;
        if (*name && !copy)
            return NULL;
        free(current);
        current = copy;
    }
    return current ? current : messages;
}

/* The domain's entry, made when it is not there and `make`. */
static struct domain *find(const char *name, int make)
{
    if (!name || !*name)
        return NULL;
    for (struct domain *at = domains; at; at = at->next) {
        if (strcmp(at->name, name) == 0)
            return at;
    }
    struct domain *new = make ? calloc(1, sizeof *new + strlen(name) + 1) : NULL;
    if (new) {
        strcpy(new->name, name);
        new->next = domains;
        domains = new;
    }
    return new;
}

static char *set_text(char **place, const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        return NULL;
    free(*place);
    return *place = copy;
}

char *bindtextdomain(const char *name, const char *folder)
{
    static char usual[] = "/usr/share/locale";
    struct domain *domain = find(name, folder != NULL);
    if (!name || !*name) {
        errno = EINVAL;
        return NULL;
    }
    if (folder)
        return domain ? set_text(&domain->folder, folder) : NULL;
    return domain && domain->folder ? domain->folder : usual;
}

char *bind_textdomain_codeset(const char *name, const char *codeset)
{
    struct domain *domain = find(name, codeset != NULL);
    if (!domain)
        return NULL;
    return codeset ? set_text(&domain->codeset, codeset) : domain->codeset;
}

char *dcgettext(const char *domain, const char *message, int category)
{
    (void)domain, (void)category;
    return (char *)message;
}

char *dgettext(const char *domain, const char *message)
{
    (void)domain;
    return (char *)message;
}

char *gettext(const char *message)
{
    return (char *)message;
}

char *dcngettext(const char *domain, const char *one, const char *many, unsigned long n,
                 int category)
{
    (void)domain, (void)category;
    return (char *)(n == 1 ? one : many);
}

char *dngettext(const char *domain, const char *one, const char *many, unsigned long n)
{
    (void)domain;
    return (char *)(n == 1 ? one : many);
}

char *ngettext(const char *one, const char *many, unsigned long n)
{
    return (char *)(n == 1 ? one : many);
}
