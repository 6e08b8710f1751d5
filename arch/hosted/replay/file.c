/*
 * file.c: the recording: a setup, the boot arguments and the files of --add, then events in the order of their traps. Each part
 * carries a hash of all before it. Numbers are little-endian, as everything here.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "replay/internal.h"

#define VERSION    1u
#define DATA_MAX   0x100000u /* of one event */
#define HASH_START 0x64796164u

static const char magic[8] = "dyadrec\n";

struct start {
    char magic[8];
    uint32_t version;
    uint32_t setup_bytes;
    uint64_t check; /* of setup, arguments and overlay */
};

static struct {
    const char *path;
    FILE *out;
    uint64_t check; /* of everything written so far */
    const uint8_t *data;
    size_t bytes, at; /* at: the next event */
    const struct recording_setup *setup;
} recording;

uint64_t recording_build(void)
{
    static uint64_t hash;
    struct stat st;
    if (hash)
        return hash;
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0)
        host_fail("cannot read the running program: %s; dyad needs /proc", strerror(errno));
    void *data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED)
        host_fail("cannot read the running program: %s", strerror(errno));
    hash = hash_bytes(HASH_START, data, (size_t)st.st_size);
    munmap(data, (size_t)st.st_size);
    close(fd);
    return hash;
}

/* ---- writing ---- */

static void put(const void *data, size_t bytes)
{
    if (bytes && fwrite(data, 1, bytes, recording.out) != bytes)
        host_fail("--record %s: %s", recording.path, strerror(errno));
}

/* What dyad has when it is killed is in the file. */
static void flush(void)
{
    if (fflush(recording.out) != 0)
        host_fail("--record %s: %s", recording.path, strerror(errno));
}

void recording_create(const char *path)
{
    recording.path = path;
    recording.out = fopen(path, "we");
    if (!recording.out)
        host_fail("--record %s: %s", path, strerror(errno));
}

static uint64_t setup_check(const struct recording_setup *setup, const void *args,
                            const void *overlay)
{
    uint64_t check = hash_bytes(HASH_START, setup, sizeof(*setup));
    check = hash_bytes(check, args, setup->args_bytes);
    return hash_bytes(check, overlay, setup->overlay_bytes);
}

void recording_write_setup(const struct recording_setup *setup, const char *args,
                           const uint8_t *overlay)
{
    struct start start = {.version = VERSION, .setup_bytes = sizeof(*setup)};
    memcpy(start.magic, magic, sizeof(magic));
    start.check = recording.check = setup_check(setup, args, overlay);
    put(&start, sizeof(start));
    put(setup, sizeof(*setup));
    put(args, setup->args_bytes);
    put(overlay, setup->overlay_bytes);
    flush();
}

static uint64_t event_check(uint64_t check, const struct recording_event *event, const void *data)
{
    check = hash_bytes(check, event, offsetof(struct recording_event, check));
    return hash_bytes(check, data, event->bytes);
}

void recording_write(enum replay_event kind, uint64_t trap, uint64_t advance_ns, const void *data,
                     size_t bytes)
{
    struct recording_event event = {trap, advance_ns, kind, (uint32_t)bytes, 0};
    event.check = recording.check = event_check(recording.check, &event, data);
    put(&event, sizeof(event));
    put(data, bytes);
    flush();
}

/* ---- reading ---- */

_Noreturn static void broken(const char *what)
{
    host_fail("--replay %s: %s", recording.path, what);
}

static void read_file(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0)
        broken(strerror(errno));
    if (!S_ISREG(st.st_mode))
        broken("it is not a file");
    recording.bytes = (size_t)st.st_size;
    uint8_t *data = host_allocate(recording.bytes + 1);
    for (size_t at = 0; at < recording.bytes;) {
        ssize_t n = read(fd, data + at, recording.bytes - at);
        if (n <= 0)
            broken(n < 0 ? strerror(errno) : "it shrank while it was read");
        at += (size_t)n;
    }
    close(fd);
    recording.data = data;
}

static const void *take(size_t bytes)
{
    if (bytes > recording.bytes - recording.at)
        broken("it is cut off; a recording ends with its session");
    const void *data = recording.data + recording.at;
    recording.at += bytes;
    return data;
}

static void read_setup(void)
{
    struct start start;
    if (recording.bytes < sizeof(start) || memcmp(recording.data, magic, sizeof(magic)) != 0)
        broken("it is not a recording of dyad");
    memcpy(&start, take(sizeof(start)), sizeof(start));
    if (start.version != VERSION || start.setup_bytes != sizeof(struct recording_setup))
        host_fail("--replay %s: it has version %u of recordings; this dyad reads version %u",
                  recording.path, start.version, VERSION);
    struct recording_setup *setup = host_allocate(sizeof(*setup));
    memcpy(setup, take(sizeof(*setup)), sizeof(*setup));
    const void *args = take(setup->args_bytes);
    const void *overlay = take(setup->overlay_bytes);
    recording.check = setup_check(setup, args, overlay);
    if (recording.check != start.check)
        broken("its beginning is damaged");
    recording.setup = setup;
}

static struct recording_event event_at(size_t at)
{
    struct recording_event event;
    memcpy(&event, recording.data + at, sizeof(event));
    return event;
}

/* The sizes of data that deliver relies on. */
static bool is_sound(const struct recording_event *event)
{
    switch (event->kind) {
    case REPLAY_INPUT: return event->bytes <= DATA_MAX;
    case REPLAY_INPUT_END: return event->bytes == 0;
    case REPLAY_RESIZE: return event->bytes == sizeof(struct tty_winsize);
    case REPLAY_LEAVE: return event->bytes == sizeof(int32_t);
    case REPLAY_MARK: return event->bytes == sizeof(uint64_t);
    case REPLAY_END: return event->bytes == sizeof(struct recording_end);
    default: return false;
    }
}

/* All events, once, before the machine starts. */
static void check_events(void)
{
    size_t first = recording.at;
    uint64_t check = recording.check, trap = 0;
    uint32_t kind = 0;
    while (kind != REPLAY_END) {
        struct recording_event event;
        size_t at = recording.at;
        memcpy(&event, take(sizeof(event)), sizeof(event));
        if (!is_sound(&event) || event.trap < trap)
            host_fail("--replay %s: it is damaged at byte %zu", recording.path, at);
        check = event_check(check, &event, take(event.bytes));
        if (event.check != check)
            host_fail("--replay %s: it is damaged at byte %zu", recording.path, at);
        trap = event.trap;
        kind = event.kind;
    }
    if (recording.at != recording.bytes)
        broken("there is something behind its end");
    recording.at = first;
}

void recording_open(const char *path)
{
    recording.path = path;
    read_file(path);
    read_setup();
    check_events();
}

const struct recording_setup *recording_setup(void)
{
    return recording.setup;
}

static size_t args_at(void)
{
    return sizeof(struct start) + sizeof(struct recording_setup);
}

const char *recording_args(void)
{
    return (const char *)recording.data + args_at();
}

const uint8_t *recording_overlay(void)
{
    return recording.data + args_at() + recording.setup->args_bytes;
}

const struct recording_event *recording_peek(const void **data)
{
    static struct recording_event event;
    event = event_at(recording.at);
    *data = recording.data + recording.at + sizeof(event);
    return &event;
}

void recording_drop(void)
{
    struct recording_event event = event_at(recording.at);
    ASSERT(event.kind != REPLAY_END);
    recording.at += sizeof(event) + event.bytes;
}
