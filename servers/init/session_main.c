/*
 * session_main.c: /sbin/session [-t] PROGRAM ARGUMENT...: becomes the session's program (found in /bin), with the root, the working
 * directory and, with -t, the terminal as its descriptors and controlling terminal.
 *
 * It is a program of its own because opening files waits for servers, and init must never wait for what it supervises.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dyad/process.h>
#include <dyad/startup.h>
#include <dyad/syscall.h>

#include "abi/error.h"

#define STATUS_CANNOT_START   125
#define STATUS_NOT_EXECUTABLE 126
#define STATUS_NOT_FOUND      127

struct session {
    struct startup_entry entries[8];
    uint32_t entry_count;
    handle_t root;
    const char *cwd_path;
};

static void fail(const char *what, int64_t error)
{
    dprintf(STDERR_FILENO, "session: %s: %s\n", what, strerror((int)-error));
    _exit(error == -ERR_NOENT                           ? STATUS_NOT_FOUND
          : error == -ERR_NOEXEC || error == -ERR_ACCES ? STATUS_NOT_EXECUTABLE
                                                        : STATUS_CANNOT_START);
}

static void add_entry(struct session *s, uint32_t kind, int32_t number, handle_t handle)
{
    s->entries[s->entry_count++] =
        (struct startup_entry){.kind = kind, .number = number, .handle = handle};
}

static handle_t must_open(handle_t dir, const char *path, uint32_t flags)
{
    int64_t handle = dyad_open(dir, path, strlen(path), flags, 0, NULL);

    if (handle < 0)
        fail(path, handle);
    return (handle_t)handle;
}

/* Each descriptor needs a handle of its own: closing one must not close the others. */
static handle_t must_dup(handle_t handle)
{
    int64_t copy = dyad_handle_dup(handle, RIGHT_ALL);

    if (copy < 0)
        fail("descriptors", copy);
    return (handle_t)copy;
}

static void add_descriptors(struct session *s, bool tty)
{
    if (!tty) {
        for (int fd = 0; fd < 3; fd++)
            add_entry(s, STARTUP_FD, fd, dyad_fd_handle(fd));
        return;
    }
    /* As the leader of a session without one, this makes it the controlling terminal. */
    handle_t terminal = must_open(HANDLE_NONE, "tty:console", FILE_RDWR);
    for (int fd = 0; fd < 3; fd++)
        add_entry(s, STARTUP_FD, fd, fd == 0 ? terminal : must_dup(terminal));
}

static void add_folders(struct session *s)
{
    s->root = must_open(HANDLE_NONE, "file:/", FILE_READ | FILE_DIRECTORY);
    add_entry(s, STARTUP_ROOT, 0, s->root);
    int64_t home = dyad_open(HANDLE_NONE, "file:/root", 10, FILE_READ | FILE_DIRECTORY, 0, NULL);
    add_entry(s, STARTUP_CWD, 0, home < 0 ? must_dup(s->root) : (handle_t)home);
    s->cwd_path = home < 0 ? "/" : "/root";
}

/* Replaces this program; returns only to report an error. */
static int64_t become(struct session *s, char **argv, char **envp)
{
    char path[256];
    struct dyad_program program;
    struct exec_args exec_args;

    snprintf(path, sizeof path, "%s%s", argv[0][0] == '/' ? "file:" : "file:/bin/", argv[0]);
    int64_t file = dyad_open(HANDLE_NONE, path, strlen(path), FILE_READ | FILE_EXEC, 0, NULL);
    if (file < 0)
        return file;
    int error = dyad_program_open((handle_t)file, &program);
    if (error < 0)
        return error;
    int64_t space = dyad_space_create();
    if (space < 0)
        return space;
    struct dyad_image image = {.program = program,
                               .path = path + 5,
                               .argv = argv,
                               .envp = envp,
                               .entries = s->entries,
                               .entry_count = s->entry_count,
                               .umask = 022,
                               .cwd_path = s->cwd_path};
    error = dyad_image_load((handle_t)space, &image, &exec_args);
    if (error < 0)
        return error;
    (void)dyad_handle_close((handle_t)file);
    (void)dyad_handle_close(program.memory);
    return dyad_exec((handle_t)space, &exec_args);
}

int main(int argc, char **argv)
{
    struct session session = {0};
    bool tty = argc > 1 && strcmp(argv[1], "-t") == 0;

    argv += tty ? 2 : 1;
    if (!*argv)
        fail("nothing to run", -ERR_INVAL);
    add_descriptors(&session, tty);
    add_folders(&session);
    handle_t procd = dyad_proc_handle();
    if (procd != HANDLE_NONE)
        add_entry(&session, STARTUP_PROC, 0, procd);
    fail(argv[0], become(&session, argv, environ));
}
