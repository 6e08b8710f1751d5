/*
 * fuzz_libc_path.c: ways through the file system. The first byte says which:
 * realpath, against the host's, over a small tree of folders and files in which four symbolic links go where the input says; or the walk
 * from server to server (open, stat, verbs, rename) over a kernel that answers as the input says: it ends, keeps within its buffers and
 * closes every handle that it has opened.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/error.h"
#include "abi/file.h"
#include "abi/layout.h"
#include "abi/scheme.h"
#include "abi/syscall.h"
#include "libc/fuzz_libc.h"
#include "tests/unit/libc/mock_kernel.h"
#include "tests/unit/libc/path_calls.h"

/* ---- realpath -------------------------------------------------------------------------------------------------- */

char *dy_realpath(const char *path, char *resolved);

static const char *const links[] = {"l1", "l2", "d/l3", "d/e/l4"};
enum { LINKS = sizeof links / sizeof links[0] };

static const char *const pieces[] = {"/",  "d",  "d/e", "f",  "d/g", "l1", "l2",  "l3",
                                     "l4", "..", ".",   "//", "no",  "e",  "/..", "g"};
enum { PIECES = sizeof pieces / sizeof pieces[0] };

static char top[PATH_MAX];
static int back;

/* What the fuzzed library sees is the host's file system. */
int dy_lstat(const char *path, void *ours)
{
    struct stat st;
    if (lstat(path, &st) < 0)
        return -1;
    /* Only the type is looked at; it stands at the same place, but ours is shorter. */
    memcpy((char *)ours + offsetof(struct stat, st_mode), &st.st_mode, sizeof st.st_mode);
    return 0;
}

ssize_t dy_readlink(const char *path, char *room, size_t size)
{
    return readlink(path, room, size);
}

char *dy_getcwd(char *room, size_t size)
{
    return getcwd(room, size);
}

static void remove_tree(void)
{
    static const char *const made[] = {"d/g", "d/h", "f", "d/e", "d", ""};
    char path[PATH_MAX + 20];
    if (chdir(top) < 0)
        return;
    for (int i = 0; i < LINKS; i++)
        unlink(links[i]);
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", top, made[i]);
        if (unlink(path) < 0)
            rmdir(path);
    }
}

static void make_tree(void)
{
    const char *folder = getenv("TMPDIR");
    snprintf(top, sizeof top, "%s/fuzz-path-XXXXXX", folder ? folder : "/tmp");
    EXPECT(mkdtemp(top));
    back = open(".", O_RDONLY | O_DIRECTORY); /* the fuzzer's corpus may be relative to it */
    EXPECT(back >= 0 && chdir(top) == 0);
    char *real = realpath(top, NULL);
    strcpy(top, real);
    free(real);
    EXPECT(mkdir("d", 0755) == 0 && mkdir("d/e", 0755) == 0);
    EXPECT(close(open("f", O_CREAT | O_WRONLY, 0644)) == 0);
    EXPECT(close(open("d/g", O_CREAT | O_WRONLY, 0644)) == 0);
    atexit(remove_tree);
}

/* Pieces of the tree, or anything -> a string on the heap. */
static char *make_path(struct input *in)
{
    uint8_t how = input_byte(in);
    if (how >= 224)
        return input_string(in, how >= 240 ? PATH_MAX + 10 : 40);
    char text[PATH_MAX * 2];
    size_t length = 0;
    if (how & 64)
        length = (size_t)snprintf(text, sizeof text, "%s/", top);
    unsigned repeat = how & 128 ? 1 + input_byte(in) : 1;
    unsigned count = how & 7, first[8];
    for (unsigned i = 0; i < count; i++)
        first[i] = input_byte(in);
    text[length] = 0;
    for (unsigned r = 0; r < repeat; r++) {
        for (unsigned i = 0; i < count && length < PATH_MAX + 100; i++)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%s",
                                       pieces[first[i] % PIECES], first[i] & 0x10 ? "" : "/");
    }
    return strdup(text);
}

/* Where the host may answer otherwise: Linux counts 40 links, and looks at a path's length before at what is in it. */
static bool may_differ(int ours, int theirs)
{
    return ours == ENAMETOOLONG || theirs == ENAMETOOLONG || (ours == ELOOP) != (theirs == ELOOP);
}

static void fuzz_realpath(struct input *in)
{
    char ours[PATH_MAX], theirs[PATH_MAX];
    if (!top[0])
        make_tree();
    EXPECT(chdir(top) == 0);
    for (int i = 0; i < LINKS; i++) {
        char *target = make_path(in);
        unlink(links[i]);
        EXPECT(symlink(target, links[i]) == 0 || !*target || strlen(target) >= PATH_MAX);
        free(target);
    }
    while (in->at < in->end) {
        char *path = make_path(in);
        errno = 0;
        char *b = realpath(path, theirs);
        int error_b = errno;
        errno = 0;
        char *a = dy_realpath(path, ours);
        int error_a = errno;
        if (a && b && strcmp(ours, theirs) != 0)
            FAIL("realpath(%s): ours %s, the host's %s", fuzz_quoted(path, strlen(path)), ours,
                 theirs);
        if ((!a != !b || (!a && error_a != error_b)) && !may_differ(error_a, error_b))
            FAIL("realpath(%s): ours %s (errno %d), the host's %s (errno %d)",
                 fuzz_quoted(path, strlen(path)), a ? ours : "NULL", error_a, b ? theirs : "NULL",
                 error_b);
        free(path);
    }
    EXPECT(fchdir(back) == 0);
}

/* ---- from server to server ------------------------------------------------------------------------------------- */

struct process_files dy___files;
int64_t dy___path_pair(uint32_t verb, int from_dir, const char *from, int to_dir, const char *to,
                       uint64_t flags);

enum { ROOT = 1, CWD = 2, FOLDER = 3, FOLDER_FD = 5, FIRST_HANDLE = 100, HANDLES = 4096 };

static struct {
    struct input *in;
    bool open[HANDLES];
    int opened, closed;
    int calls;
} kernel;

/* Never the same twice, as handles have generations. */
static int64_t new_handle(void)
{
    if (kernel.opened == HANDLES)
        return -ERR_MFILE;
    kernel.open[kernel.opened] = true;
    return FIRST_HANDLE + kernel.opened++;
}

/* Not so: -ERR_BADF, by which libc learns that another thread has replaced the directory that it meant. */
static bool is_open(handle_t h)
{
    if (h == ROOT || h == CWD || h == FOLDER)
        return true;
    EXPECT(h >= FIRST_HANDLE && h < FIRST_HANDLE + kernel.opened);
    return kernel.open[h - FIRST_HANDLE];
}

/* Where it goes on: the text of a link into another scheme, at most `room` bytes of it. */
static size_t redirect(char *out, size_t room)
{
    static const char *const texts[] = {
        "tty:current",      "/dev/x", "a/b", "file:/", "/scheme/null",
        "/scheme/unix/x/y", "",       "x:",  ":"};
    uint8_t which = input_byte(kernel.in);
    const char *text = texts[which % (sizeof texts / sizeof texts[0])];
    size_t length = strlen(text);
    if (which >= 240) { /* the longest */
        memset(out, 'a', room);
        return room;
    }
    memcpy(out, text, length < room ? length : room);
    return length < room ? length : room;
}

static int64_t error_of(uint8_t how)
{
    static const int errors[] = {ERR_NOENT, ERR_STALE, ERR_NODEV, ERR_BADF,
                                 ERR_NOSYS, ERR_INVAL, ERR_ACCES, ERR_LOOP};
    return -errors[how % (sizeof errors / sizeof errors[0])];
}

static int64_t kernel_open(const uint64_t a[6])
{
    char *room = (char *)(uintptr_t)a[5];
    uint8_t how = input_byte(kernel.in);
    if ((handle_t)a[0] != HANDLE_NONE && !is_open((handle_t)a[0]))
        return -ERR_BADF;
    EXPECT(a[2] <= DYAD_PATH_MAX && memchr((const char *)(uintptr_t)a[1], 0, a[2]) == NULL);
    if (how < 96)
        return new_handle();
    if (how < 176 && room) {
        size_t length = redirect(room, DYAD_PATH_MAX);
        room[length] = 0;
        return -ERR_XDEV;
    }
    return error_of(how);
}

static int64_t kernel_call(const uint64_t a[6])
{
    struct call_args *args = (struct call_args *)(uintptr_t)a[2];
    uint8_t how = input_byte(kernel.in);
    args->out_done = 0;
    if (!is_open((handle_t)a[0]) || (args->send != HANDLE_NONE && !is_open(args->send)))
        return -ERR_BADF;
    /* The kernel would read all of it. */
    uint8_t sum = 0;
    for (uint32_t i = 0; i < args->in_len; i++)
        sum ^= ((const uint8_t *)args->in)[i];
    __asm__ volatile("" : : "r"(sum));
    if (how < 64) { /* an answer, perhaps a short one */
        uint32_t length = how & 1 ? sizeof(struct dyad_stat) : input_byte(kernel.in);
        args->out_done = length < args->out_len ? length : args->out_len;
        if (args->out_done)
            memset(args->out, how, args->out_done);
        return how & 2 ? 0 : how;
    }
    if (how < 160) {
        args->out_done = args->out_len ? (uint32_t)redirect(args->out, args->out_len) : 0;
        return -ERR_XDEV;
    }
    return error_of(how);
}

/*
 * At most: two paths, each of which may need the working directory again (whose path and, when that leads nowhere, the root are
 * two ways more), of SYMLOOP_MAX + 1 hops each: open, the root again (open, close), and once more.
 */
#define CALLS_MAX (2 * 3 * 41 * 5 + 20)

static int64_t kernel_syscall(uint64_t number, const uint64_t a[6])
{
    EXPECT(++kernel.calls < CALLS_MAX);
    switch (number) {
    case SYS_open: return kernel_open(a);
    case SYS_call: return kernel_call(a);
    case SYS_handle_close: {
        handle_t h = (handle_t)a[0];
        if (h == ROOT || h == CWD) /* their server has been restarted */
            return 0;
        EXPECT(is_open(h));
        kernel.open[h - FIRST_HANDLE] = false;
        kernel.closed++;
        return 0;
    }
    case SYS_handle_control: return error_of(input_byte(kernel.in)); /* what object is it? */
    default: FAIL("system call %u", (unsigned)number);
    }
}

static char *walk_path(struct input *in)
{
    static const char *const begins[] = {"/",        "",     "tty:", "/scheme/tty/",
                                         "/scheme/", "a:b/", "//",   "./"};
    char text[DYAD_PATH_MAX + 80];
    uint8_t how = input_byte(in);
    size_t length = (size_t)snprintf(text, sizeof text, "%s", begins[how & 7]);
    size_t more = how & 0x80 ? DYAD_PATH_MAX - 20 + input_byte(in) % 50 : input_byte(in) % 8u;
    for (size_t i = 0; i < more; i++)
        text[length++] = how & 0x40 && i % 3 == 2 ? '/' : 'p';
    text[length] = 0;
    return strdup(text);
}

static int pick_folder(struct input *in)
{
    static const int folders[] = {-100, FOLDER_FD, -100, 9, -1};
    return folders[input_byte(in) % 5];
}

/* -> the handle that the caller keeps now, or none. */
static int64_t one_walk(struct input *in, const char *path, const char *other)
{
    struct dyad_stat st;
    uint8_t what = input_byte(in);
    int folder = pick_folder(in);
    uint8_t out[64];
    switch (what & 3) {
    case 0: return dy___path_open(folder, path, FILE_READ, 0);
    case 1: (void)dy___path_stat(folder, path, what & 4, &st); break;
    case 2: {
        struct path_request request = {.verb = what & 8 ? VERB_unlinkat : VERB_symlinkat,
                                       .prefix = other,
                                       .prefix_len = what & 16 ? strlen(other) + 1 : 0,
                                       .out = what & 32 ? out : NULL,
                                       .out_len = sizeof out};
        (void)dy___path_call(folder, path, &request);
        break;
    }
    default: (void)dy___path_pair(VERB_renameat, folder, path, pick_folder(in), other, 0); break;
    }
    return -1;
}

static void fuzz_walk(struct input *in)
{
    memset(&kernel, 0, sizeof kernel);
    kernel.in = in;
    mock_syscall = kernel_syscall;
    mock_reset();
    dy___files.root = ROOT;
    dy___files.cwd = CWD;
    dy___files.chrooted = input_byte(in) & 1;
    dy___files.cwd_path = "/home";
    dy___fd_table[FOLDER_FD] = FOLDER + 1;
    for (int i = 0; i < 20 && in->at < in->end; i++) {
        char *path = walk_path(in), *other = walk_path(in);
        kernel.calls = 0;
        int64_t handle = one_walk(in, path, other);
        if (handle >= 0)
            kernel_syscall(SYS_handle_close, (uint64_t[6]){(uint64_t)handle});
        /* The root and the working directory may be new ones now. */
        int kept = (dy___files.root != ROOT) + (dy___files.cwd != CWD);
        EXPECT(kernel.opened - kernel.closed == kept);
        free(path);
        free(other);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, data + size};
    if (input_byte(&in) & 1)
        fuzz_realpath(&in);
    else
        fuzz_walk(&in);
    return 0;
}
