/*
 * exec.c: become another program. The new image is built beside the old one, so everything that can fail does so
 * while the caller is whole; then close-on-exec descriptors are closed and the kernel swaps the address spaces.
 */
#include <dyad/process.h>
#include <fcntl.h>
#include <string.h>
#include "internal/files.h"
#include "internal/limits.h"
#include "internal/mappings.h"
#include "internal/pages.h"
#include "internal/process.h"
#include "internal/startup.h"

#pragma weak __mappings_close_files

#define SCRIPT_DEPTH_MAX 4
#define ENTRIES_INLINE   32 /* startup entries that need no pages of their own */

struct exec_job {
    const char *path; /* of the file that will be loaded */
    char *const *argv;
    char *const *envp;
    char *name; /* as called, for ps */
    struct dyad_program program;
    struct dyad_stat st;
    char head[1024]; /* the file's first bytes: enough for most */
    size_t head_bytes;
    /* Scripts: the arguments in front of the caller's, last level first. */
    struct script_line scripts[SCRIPT_DEPTH_MAX];
    char **vector; /* argv in our own pages, once there was a script */
    size_t vector_bytes;
};

static int64_t open_program(int dirfd, struct exec_job *job)
{
    int64_t file = __path_open(dirfd, job->path, FILE_READ | FILE_EXEC, 0);
    if (file == -ERR_ISDIR)
        return -ERR_ACCES;
    if (file < 0)
        return file;
    int64_t result = __program_open((handle_t)file, &job->program, &job->st);
    dyad_handle_close((handle_t)file);
    return result;
}

static size_t list_count(char *const *list)
{
    size_t n = 0;
    while (list[n])
        n++;
    return n;
}

/* interpreter [argument] path argv[1..] becomes the argument vector. */
static int64_t prepend_script(struct exec_job *job, const struct script_line *line,
                              const char *path)
{
    size_t old = list_count(job->argv), skip = old ? 1 : 0;
    size_t bytes = (old + 4) * sizeof(char *);
    char **vector = __pages_map(bytes);
    if (!vector)
        return -ERR_NOMEM;
    size_t n = 0;
    vector[n++] = (char *)line->interpreter;
    if (line->argument[0])
        vector[n++] = (char *)line->argument;
    vector[n++] = (char *)path;
    memcpy(&vector[n], job->argv + skip, (old - skip) * sizeof(char *));
    if (job->vector)
        __pages_unmap(job->vector, job->vector_bytes);
    job->vector = vector;
    job->vector_bytes = bytes;
    job->argv = vector;
    return 0;
}

/* Open the file, and while it is a script, its interpreter. */
static int64_t resolve(int dirfd, struct exec_job *job)
{
    for (int depth = 0;; depth++) {
        struct script_line line;
        int64_t result = open_program(dirfd, job);
        if (result < 0)
            return result;
        size_t want = job->program.size < sizeof job->head ? job->program.size : sizeof job->head;
        int64_t n =
            __handle_read(job->program.memory, job->head, want, (int64_t)job->program.offset);
        job->head_bytes = n < 0 ? 0 : (size_t)n;
        result = n < 0 ? n : __script_decode(job->head, job->head_bytes, &line);
        if (result == 0)
            return 0;
        dyad_handle_close(job->program.memory);
        job->program.memory = HANDLE_NONE;
        if (result > 0 && depth == SCRIPT_DEPTH_MAX)
            result = -ERR_LOOP;
        if (result > 0) {
            job->scripts[depth] = line;
            result = prepend_script(job, &job->scripts[depth], job->path);
        }
        if (result < 0)
            return result;
        job->path = job->scripts[depth].interpreter;
        dirfd = AT_FDCWD;
    }
}

static bool is_passed_on(uint32_t kind)
{
    return kind != STARTUP_FD && kind != STARTUP_ROOT && kind != STARTUP_CWD &&
           kind != STARTUP_PROC;
}

static uint32_t add_entry(struct startup_entry *entries, uint32_t count, uint32_t kind, int number,
                          handle_t handle)
{
    if (handle == HANDLE_NONE)
        return count;
    if (entries)
        entries[count] = (struct startup_entry){.kind = kind, .number = number, .handle = handle};
    return count + 1;
}

static uint32_t add_fd(struct startup_entry *entries, uint32_t count, int fd, handle_t handle)
{
    uint32_t after = add_entry(entries, count, STARTUP_FD, fd, handle);
    if (entries && after != count && __record_locks_end)
        entries[count].flags = STARTUP_FD_LOCKS;
    return after;
}

/* The startup table of the new image; entries NULL only counts, room limits. */
static uint32_t collect_entries(struct startup_entry *entries, uint32_t room)
{
    uint32_t n = 0;
    n = add_entry(entries, n, STARTUP_ROOT, __files.chrooted ? STARTUP_ROOT_CHANGED : 0,
                  __files.root);
    n = add_entry(entries, n, STARTUP_CWD, 0, __files.cwd);
    n = add_entry(entries, n, STARTUP_PROC, 0, __proc_server);
    for (uint32_t i = 0; __startup && i < __startup->count && n < room; i++) {
        const struct startup_entry *e = &__startup->entries[i];
        if (is_passed_on(e->kind))
            n = add_entry(entries, n, e->kind, e->number, e->handle);
    }
    for (int fd = 0; fd < OPEN_MAX && n < room; fd++) {
        uint32_t word = __fd_table[fd];
        if (word && !(word & FD_WORD_CLOEXEC))
            n = add_fd(entries, n, fd, __fd_word_handle(word));
    }
    return n;
}

static void close_on_exec(void)
{
    for (int fd = 0; fd < OPEN_MAX; fd++) {
        uint32_t word = __fd_table[fd];
        if ((word & FD_WORD_CLOEXEC) &&
            __c11_atomic_compare_exchange_strong(&__fd_table[fd], &word, 0, __ATOMIC_ACQ_REL,
                                                 __ATOMIC_RELAXED)) {
            __before_close(__fd_word_handle(word));
            dyad_handle_close(__fd_word_handle(word));
        }
    }
}

/* The saved ids become the effective ones: nothing to do when they have always been. What procd makes of a set-id mode is its own
 * decision. */
static void tell_procd(const struct dyad_stat *st)
{
    if (__proc_server != HANDLE_NONE && (__ids_changed || (st->mode & 06000)))
        __proc_verb(PROC_EXEC, st->mode & 06000 ? st->mode : 0, st->uid, st->gid, 0, NULL);
}

static int64_t load(struct exec_job *job, handle_t space, struct exec_args *start)
{
    struct startup_entry inline_entries[ENTRIES_INLINE], *entries = inline_entries;
    uint32_t count = collect_entries(NULL, UINT32_MAX);
    size_t bytes = count * sizeof *entries;
    if (count > ENTRIES_INLINE && !(entries = __pages_map(bytes)))
        return -ERR_NOMEM;
    struct dyad_image image = {
        .program = job->program,
        .head = job->head,
        .head_bytes = job->head_bytes,
        .path = job->path,
        .name = job->name,
        .argv = job->argv,
        .envp = job->envp,
        .entries = entries,
        .entry_count = collect_entries(entries, count),
        .umask = __files.umask,
        .cwd_path = __files.cwd_path,
        .stack_size = __limits_stack(),
        .limits = __limits_inherited(),
    };
    int64_t result = dyad_image_load(space, &image, start);
    if (entries != inline_entries)
        __pages_unmap(entries, bytes);
    return result;
}

static int64_t load_and_leave(struct exec_job *job)
{
    struct exec_args start;
    int64_t space = dyad_space_create();
    if (space < 0)
        return space;
    int64_t result = load(job, (handle_t)space, &start);
    if (result >= 0) {
        tell_procd(&job->st);
        dyad_handle_close(job->program.memory);
        job->program.memory = HANDLE_NONE;
        close_on_exec();
        if (__mappings_close_files)
            __mappings_close_files();
        result = dyad_exec((handle_t)space, &start);
    }
    dyad_handle_close((handle_t)space);
    return result;
}

int64_t __exec(int dirfd, const char *path, char *const argv[], char *const envp[])
{
    static char *const nothing[] = {NULL};
    struct exec_job job = {.path = path,
                           .argv = argv ? argv : nothing,
                           .envp = envp ? envp : nothing,
                           .program = {.memory = HANDLE_NONE}};
    const char *called = job.argv[0] ? job.argv[0] : path;
    const char *slash = strrchr(called, '/');
    job.name = (char *)(slash ? slash + 1 : called);
    int64_t result = resolve(dirfd, &job);
    if (result >= 0)
        result = load_and_leave(&job);
    if (job.program.memory != HANDLE_NONE)
        dyad_handle_close(job.program.memory);
    if (job.vector)
        __pages_unmap(job.vector, job.vector_bytes);
    return result;
}
