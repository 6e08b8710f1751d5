/* trace.c: what happened in a run, for people: in words, and as Chrome/Perfetto's JSON. Kept only when the plan asks for it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/sim/user.h"

#define EVENTS_MAX (1u << 20)
#define TEXT_MAX   (8u << 20)
#define WORDS_MAX  4000u /* lines */

enum event_kind { EVENT_POINT, EVENT_SWITCH, EVENT_NOTE };

struct trace_event {
    uint64_t now_ns;
    const void *where; /* code address */
    const void *what;
    uint32_t text; /* EVENT_NOTE: where it begins */
    uint8_t kind, point, core, to;
    int8_t actor; /* that the core runs or works for; -1: none */
    bool blocked;
};

static struct trace_event *events;
static size_t event_count;
static char *texts;
static size_t text_used;
static char actor_names[SIM_ACTORS_MAX][32];

static const char *const point_names[POINT_COUNT] = {"lock",   "unlock", "load", "store",
                                                     "modify", "fence",  "kick", "relax",
                                                     "enter",  "leave",  "user", "idle"};

void trace_begin(void)
{
    if (events == NULL) {
        events = malloc(EVENTS_MAX * sizeof *events);
        texts = malloc(TEXT_MAX);
        if (events == NULL || texts == NULL)
            exit(2);
    }
    event_count = text_used = 0;
    memset(actor_names, 0, sizeof actor_names);
}

static int current_actor(const struct sim_core *core)
{
    const struct thread *t = core->cpu->current;
    if (t == NULL || t->user.actor == NULL)
        return -1;
    int index = (int)t->user.actor->index;
    if (actor_names[index][0] == '\0')
        snprintf(actor_names[index], sizeof actor_names[0], "%s", actor_name(t->user.actor));
    return index;
}

static struct trace_event *trace_add(enum event_kind kind)
{
    static struct trace_event full;
    if (event_count == EVENTS_MAX)
        return &full;
    struct trace_event *event = &events[event_count++];
    *event = (struct trace_event){.now_ns = sim.now_ns, .kind = (uint8_t)kind, .actor = -1};
    if (sim.core != NULL) {
        event->core = (uint8_t)sim.core->index;
        event->actor = (int8_t)current_actor(sim.core);
    }
    return event;
}

void trace_point(const struct sim_core *core, enum point kind, const void *what, const void *where)
{
    (void)core;
    struct trace_event *event = trace_add(EVENT_POINT);
    event->point = (uint8_t)kind;
    event->what = what;
    event->where = where;
    if (kind == POINT_KICK)
        event->to = (uint8_t)((const struct cpu *)what)->index;
}

void trace_switch(unsigned to, bool blocked)
{
    struct trace_event *event = trace_add(EVENT_SWITCH);
    event->to = (uint8_t)to;
    event->blocked = blocked;
}

void trace_note(const char *format, ...)
{
    va_list args;
    if (text_used + 512 > TEXT_MAX)
        return;
    struct trace_event *event = trace_add(EVENT_NOTE);
    event->text = (uint32_t)text_used;
    va_start(args, format);
    int length = vsnprintf(texts + text_used, 512, format, args);
    va_end(args);
    text_used += (length < 512 ? (size_t)length : 511) + 1;
}

/* ---- code addresses to names: the symbolizer is asked once for all ---- */

struct symbol {
    const void *where;
    char text[120];
};
static struct symbol *symbols;
static size_t symbol_count;

static int symbol_compare(const void *a, const void *b)
{
    const struct symbol *x = a, *y = b;
    return x->where < y->where ? -1 : x->where > y->where;
}

static const char *symbol_text(const void *where)
{
    struct symbol key = {.where = where};
    const struct symbol *found =
        where == NULL || symbols == NULL
            ? NULL
            : bsearch(&key, symbols, symbol_count, sizeof *symbols, symbol_compare);
    return found != NULL && found->text[0] != '\0' ? found->text : "?";
}

static void symbols_collect(void)
{
    symbols = calloc(event_count + 1, sizeof *symbols);
    symbol_count = 0;
    for (size_t i = 0; i < event_count; i++) {
        if (events[i].where != NULL)
            symbols[symbol_count++].where = events[i].where;
    }
    qsort(symbols, symbol_count, sizeof *symbols, symbol_compare);
    size_t kept = 0;
    for (size_t i = 0; i < symbol_count; i++) {
        if (kept == 0 || symbols[kept - 1].where != symbols[i].where)
            symbols[kept++] = symbols[i];
    }
    symbol_count = kept;
}

/* A line "function at file:line:column" an address; inlined callers follow and are passed over. */
static void symbols_resolve(void)
{
    char path[256], command[600], in[] = "/tmp/dyad-sim.XXXXXX";
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    int fd = mkstemp(in);
    if (length < 0 || fd < 0)
        return;
    path[length] = '\0';
    FILE *addresses = fdopen(fd, "w");
    for (size_t i = 0; i < symbol_count; i++)
        fprintf(addresses, "0x%zx\n", (size_t)symbols[i].where - 1);
    fclose(addresses);
    snprintf(
        command, sizeof command,
        "$(command -v llvm-symbolizer-19 || command -v llvm-symbolizer || echo true) --obj='%s' -p "
        "--no-inlines -s <%s 2>/dev/null",
        path, in);
    FILE *names = popen(command, "r");
    for (size_t i = 0; names != NULL && i < symbol_count;) {
        char line[512];
        if (fgets(line, sizeof line, names) == NULL)
            break;
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '\0')
            continue;
        snprintf(symbols[i++].text, sizeof symbols[0].text, "%s", line);
    }
    if (names != NULL)
        pclose(names);
    unlink(in);
}

static void symbols_free(void)
{
    free(symbols);
    symbols = NULL;
}

/* ---- words ---- */

static const char *actor_words(int actor)
{
    return actor >= 0 ? actor_names[actor] : "the kernel";
}

/* The place at which a core stops: its last point. */
static const struct trace_event *last_point(size_t before, unsigned core)
{
    while (before-- > 0) {
        if (events[before].kind == EVENT_POINT && events[before].core == core)
            return &events[before];
    }
    return NULL;
}

void trace_words(void)
{
    unsigned lines = 0;
    symbols_collect();
    symbols_resolve();
    for (size_t i = 0; i < event_count && lines < WORDS_MAX; i++) {
        const struct trace_event *event = &events[i];
        if (event->kind == EVENT_NOTE) {
            printf("  core %u  %s\n", event->core, texts + event->text);
            lines++;
        } else if (event->kind == EVENT_POINT && event->point == POINT_KICK) {
            printf("  core %u  kicks core %u  [%s]\n", event->core, event->to,
                   symbol_text(event->where));
            lines++;
        } else if (event->kind == EVENT_SWITCH) {
            const struct trace_event *point = last_point(i, event->core);
            printf("  core %u  %s for %s before %s at %s -> core %u\n", event->core,
                   event->blocked ? "waits" : "is held up", actor_words(event->actor),
                   point != NULL ? point_names[point->point] : "it starts",
                   point != NULL ? symbol_text(point->where) : "?", event->to);
            lines++;
        }
    }
    symbols_free();
}

/* ---- Chrome's trace format ---- */

static void json_text(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else
            fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
}

static void json_point(FILE *out, const struct trace_event *event, size_t index)
{
    fprintf(out,
            ",\n{\"ph\":\"X\",\"pid\":1,\"tid\":%u,\"ts\":%zu,\"dur\":1,\"name\":\"%s\",\"args\":{"
            "\"thread\":\"%s\",\"at\":\"",
            event->core, index, point_names[event->point], actor_words(event->actor));
    json_text(out, symbol_text(event->where));
    fprintf(out, "\",\"object\":\"%p\",\"now_ns\":%llu}}", event->what,
            (unsigned long long)event->now_ns);
}

/* A track a core (pid 1) and one a thread (pid 2) with its system calls; the unit of time is a scheduling point. */
bool trace_write_json(const char *path)
{
    FILE *out = fopen(path, "w");
    if (out == NULL)
        return false;
    symbols_collect();
    symbols_resolve();
    fprintf(out,
            "[{\"ph\":\"M\",\"pid\":1,\"name\":\"process_name\",\"args\":{\"name\":\"cores\"}}");
    fprintf(out, ",\n{\"ph\":\"M\",\"pid\":2,\"name\":\"process_name\",\"args\":{\"name\":"
                 "\"threads\"}}");
    for (unsigned i = 0; i < SIM_ACTORS_MAX; i++) {
        if (actor_names[i][0] != '\0')
            fprintf(
                out,
                ",\n{\"ph\":\"M\",\"pid\":2,\"tid\":%u,\"name\":\"thread_name\",\"args\":{\"name\":"
                "\"%s\"}}",
                i, actor_names[i]);
    }
    for (size_t i = 0; i < event_count; i++) {
        if (events[i].kind == EVENT_POINT) {
            json_point(out, &events[i], i);
        } else if (events[i].kind == EVENT_NOTE) {
            fprintf(out, ",\n{\"ph\":\"i\",\"s\":\"t\",\"pid\":2,\"tid\":%d,\"ts\":%zu,\"name\":\"",
                    events[i].actor, i);
            json_text(out, texts + events[i].text);
            fprintf(out, "\"}");
        }
    }
    fprintf(out, "\n]\n");
    symbols_free();
    return fclose(out) == 0;
}
