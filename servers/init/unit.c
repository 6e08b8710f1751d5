/* unit.c: from a unit file's TOML to a struct unit_config. An unknown key is an error: it is most often a typing mistake. */
#include "servers/init/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/error.h"
#include "abi/layout.h"
#include "servers/init/toml.h"

#define MS                       1000000ull
#define BACKOFF_DEFAULT_MS       100
#define START_TIMEOUT_DEFAULT_MS 30000
#define DURATION_MAX_MS          3600000

struct context {
    const char *file;
    char *error;
    size_t error_size;
};

static int fail_at(const struct context *c, const struct toml_entry *entry, const char *what,
                   const char *detail)
{
    snprintf(c->error, c->error_size, "%s:%u:%u: %s.%s %s%s", c->file, entry->line, entry->column,
             entry->table, entry->key, what, detail);
    return -ERR_INVAL;
}

static int expect(const struct context *c, const struct toml_entry *entry, enum toml_type type)
{
    if (entry->type == type)
        return 0;
    return fail_at(c, entry, "must be ", toml_type_name(type));
}

bool string_list_has(string_list list, const char *text)
{
    for (; list && *list; list++)
        if (strcmp(*list, text) == 0)
            return true;
    return false;
}

static void list_free(string_list list)
{
    for (char **item = list; item && *item; item++)
        free(*item);
    free(list);
}

static string_list list_copy(char **items, size_t count)
{
    string_list list = calloc(count + 1, sizeof *list);

    for (size_t i = 0; list && i < count; i++) {
        list[i] = strdup(items[i]);
        if (!list[i]) {
            list_free(list);
            return NULL;
        }
    }
    return list;
}

static int take_list(const struct context *c, const struct toml_entry *entry, string_list *out)
{
    char *single[] = {entry->string};
    bool one = entry->type == TOML_STRING; /* "x" is the same as ["x"]. */

    if (!one && entry->type != TOML_ARRAY)
        return fail_at(c, entry, "must be ", toml_type_name(TOML_ARRAY));
    *out = list_copy(one ? single : entry->items, one ? 1 : entry->item_count);
    return *out ? 0 : -ERR_NOMEM;
}

static int take_string(const struct context *c, const struct toml_entry *entry, char **out)
{
    int error = expect(c, entry, TOML_STRING);

    if (error < 0)
        return error;
    *out = strdup(entry->string);
    return *out ? 0 : -ERR_NOMEM;
}

static int take_duration(const struct context *c, const struct toml_entry *entry, uint64_t *out)
{
    int error = expect(c, entry, TOML_INTEGER);

    if (error < 0)
        return error;
    if (entry->integer < 1 || entry->integer > DURATION_MAX_MS)
        return fail_at(c, entry, "must be from 1 to 3600000 milliseconds", "");
    *out = (uint64_t)entry->integer * MS;
    return 0;
}

struct word {
    const char *text;
    unsigned value;
};

static const struct word type_words[] = {{"simple", UNIT_SIMPLE},
                                         {"notify", UNIT_NOTIFY},
                                         {"oneshot", UNIT_ONESHOT},
                                         {"session", UNIT_SESSION},
                                         {NULL, 0}};
static const struct word restart_words[] = {{"never", RESTART_NEVER},
                                            {"on-failure", RESTART_ON_FAILURE},
                                            {"always", RESTART_ALWAYS},
                                            {NULL, 0}};
static const struct word handle_words[] = {{"initfs", UNIT_HANDLE_INITFS},
                                           {"hw", UNIT_HANDLE_HW},
                                           {"namespace", UNIT_HANDLE_NAMESPACE},
                                           {"console", UNIT_HANDLE_CONSOLE},
                                           {NULL, 0}};

static int find_word(const struct context *c, const struct toml_entry *entry, const char *text,
                     const struct word *words, unsigned *value)
{
    char known[96] = "one of:";

    for (const struct word *word = words; word->text; word++) {
        if (strcmp(word->text, text) == 0) {
            *value = word->value;
            return 0;
        }
        strcat(strcat(known, " "), word->text);
    }
    return fail_at(c, entry, "must be ", known);
}

static int take_word(const struct context *c, const struct toml_entry *entry,
                     const struct word *words, unsigned *value)
{
    int error = expect(c, entry, TOML_STRING);

    return error ? error : find_word(c, entry, entry->string, words, value);
}

static int take_handles(const struct context *c, const struct toml_entry *entry, uint32_t *handles)
{
    int error = expect(c, entry, TOML_ARRAY);

    for (size_t i = 0; error == 0 && i < entry->item_count; i++) {
        unsigned value;
        error = find_word(c, entry, entry->items[i], handle_words, &value);
        if (error == 0)
            *handles |= value;
    }
    return error;
}

static int take_namespace(const struct context *c, const struct toml_entry *entry,
                          struct unit_config *unit)
{
    static const struct word words[] = {
        {"system", NAMESPACE_SYSTEM}, {"user", NAMESPACE_USER}, {NULL, 0}};

    if (entry->type == TOML_ARRAY) {
        unit->name_space = NAMESPACE_LISTED;
        return take_list(c, entry, &unit->names);
    }
    unsigned value = 0;
    int error = take_word(c, entry, words, &value);
    unit->name_space = (enum unit_namespace)value;
    return error;
}

static int take_unit_key(const struct context *c, const struct toml_entry *entry,
                         struct unit_config *unit)
{
    unsigned value = 0;
    int error;

    if (strcmp(entry->key, "description") == 0)
        return take_string(c, entry, &unit->description);
    if (strcmp(entry->key, "requires") == 0)
        return take_list(c, entry, &unit->requires);
    if (strcmp(entry->key, "wants") == 0)
        return take_list(c, entry, &unit->wants);
    if (strcmp(entry->key, "after") == 0)
        return take_list(c, entry, &unit->after);
    if (strcmp(entry->key, "start") == 0) {
        static const struct word words[] = {{"boot", START_AT_BOOT},
                                            {"demand", START_ON_DEMAND},
                                            {"manual", START_BY_HAND},
                                            {NULL, 0}};
        error = take_word(c, entry, words, &value);
        unit->start = (enum unit_start)value;
        return error;
    }
    if (strcmp(entry->key, "condition") == 0) {
        static const struct word words[] = {{"tty", 1}, {"screen", 2}, {NULL, 0}};
        error = take_word(c, entry, words, &value);
        unit->needs_tty = value == 1;
        unit->needs_screen = value == 2;
        return error;
    }
    return fail_at(c, entry, "is not a key of [unit]", "");
}

static int take_service_key(const struct context *c, const struct toml_entry *entry,
                            struct unit_config *unit)
{
    unsigned value = 0;
    int error;

    if (strcmp(entry->key, "command") == 0)
        return take_list(c, entry, &unit->command);
    if (strcmp(entry->key, "scheme") == 0)
        return take_list(c, entry, &unit->schemes);
    if (strcmp(entry->key, "namespace") == 0)
        return take_namespace(c, entry, unit);
    if (strcmp(entry->key, "handles") == 0)
        return take_handles(c, entry, &unit->handles);
    if (strcmp(entry->key, "backoff_ms") == 0)
        return take_duration(c, entry, &unit->backoff_ns);
    if (strcmp(entry->key, "start_timeout_ms") == 0)
        return take_duration(c, entry, &unit->start_timeout_ns);
    if (strcmp(entry->key, "type") == 0) {
        error = take_word(c, entry, type_words, &value);
        unit->type = (enum unit_type)value;
        return error;
    }
    if (strcmp(entry->key, "restart") == 0) {
        error = take_word(c, entry, restart_words, &value);
        unit->restart = (enum unit_restart)value;
        return error;
    }
    return fail_at(c, entry, "is not a key of [service]", "");
}

static int take_entry(const struct context *c, const struct toml_entry *entry,
                      struct unit_config *unit)
{
    if (strcmp(entry->table, "unit") == 0)
        return take_unit_key(c, entry, unit);
    if (strcmp(entry->table, "service") == 0)
        return take_service_key(c, entry, unit);
    return fail_at(c, entry, "is in no table that units have ([unit], [service])", "");
}

static int take_name(const struct context *c, struct unit_config *unit)
{
    const char *dot = strrchr(c->file, '.'), *slash = strrchr(c->file, '/');
    const char *start = slash ? slash + 1 : c->file;
    size_t length = dot && dot > start ? (size_t)(dot - start) : strlen(start);

    if (length == 0 || length > INIT_UNIT_NAME_MAX) {
        snprintf(c->error, c->error_size, "%s: a unit's name has 1 to %d bytes", c->file,
                 INIT_UNIT_NAME_MAX);
        return -ERR_INVAL;
    }
    memcpy(unit->name, start, length);
    unit->name[length] = '\0';
    return 0;
}

/* What a single key cannot tell. */
static int check(const struct context *c, const struct unit_config *unit)
{
    const char *what = NULL;

    if (!unit->command || !unit->command[0])
        what = "[service] command is missing";
    else if (unit->command[0][0] != '/')
        what = "service.command must begin with an absolute path";
    else if (unit->restart == RESTART_ALWAYS &&
             (unit->type == UNIT_ONESHOT || unit->type == UNIT_SESSION))
        what = "a oneshot or session unit cannot have restart = \"always\"";
    else if (unit->start == START_ON_DEMAND && !unit->schemes)
        what = "what starts on demand serves a scheme: service.scheme is missing";
    for (string_list scheme = unit->schemes; !what && scheme && *scheme; scheme++)
        if (strlen(*scheme) == 0 || strlen(*scheme) > DYAD_SCHEME_NAME_MAX)
            what = "a scheme's name has 1 to 31 bytes";
    if (!what)
        return 0;
    snprintf(c->error, c->error_size, "%s: %s", c->file, what);
    return -ERR_INVAL;
}

static void set_defaults(struct unit_config *unit, const struct toml *toml)
{
    bool ends = unit->type == UNIT_ONESHOT || unit->type == UNIT_SESSION;

    if (!toml_find(toml, "service", "restart"))
        unit->restart = ends ? RESTART_NEVER : RESTART_ALWAYS;
    if (unit->backoff_ns == 0)
        unit->backoff_ns = BACKOFF_DEFAULT_MS * MS;
    if (unit->start_timeout_ns == 0)
        unit->start_timeout_ns = START_TIMEOUT_DEFAULT_MS * MS;
}

int unit_parse(struct unit_config *unit, const char *file, const char *text, size_t length,
               char *error, size_t error_size)
{
    struct context c = {.file = file, .error = error, .error_size = error_size};
    struct toml toml;

    *unit = (struct unit_config){.type = UNIT_NOTIFY};
    snprintf(error, error_size, "%s: out of memory", file);
    int result = toml_parse(&toml, file, text, length);
    if (result == -ERR_INVAL)
        snprintf(error, error_size, "%s", toml.error);
    if (result == 0)
        result = take_name(&c, unit);
    for (size_t i = 0; result == 0 && i < toml.count; i++)
        result = take_entry(&c, &toml.entries[i], unit);
    set_defaults(unit, &toml);
    if (result == 0)
        result = check(&c, unit);
    if (result == 0 && !unit->description) {
        unit->description = strdup("");
        result = unit->description ? 0 : -ERR_NOMEM;
    }
    toml_free(&toml);
    if (result < 0)
        unit_free(unit);
    return result;
}

void unit_free(struct unit_config *unit)
{
    free(unit->description);
    list_free(unit->requires);
    list_free(unit->wants);
    list_free(unit->after);
    list_free(unit->command);
    list_free(unit->schemes);
    list_free(unit->names);
    *unit = (struct unit_config){0};
}
