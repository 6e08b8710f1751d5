/* files.c: each call's errors for a bad path, directories, open, descriptors. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "posix_test.h"

static char base[] = "/tmp/posix_files_XXXXXX";

static void make(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
    CHECK(fd >= 0);
    CHECK_IS(write(fd, text, strlen(text)), strlen(text));
    CHECK_IS(close(fd), 0);
}

/* ---- what a path may say, for every call that takes one ---- */

enum call {
    CALL_ACCESS,
    CALL_CHDIR,
    CALL_CHMOD,
    CALL_CHOWN,
    CALL_LCHOWN,
    CALL_LINK,
    CALL_LSTAT,
    CALL_MKDIR,
    CALL_MKFIFO,
    CALL_OPEN,
    CALL_CREAT,
    CALL_OPENDIR,
    CALL_PATHCONF,
    CALL_READLINK,
    CALL_RENAME,
    CALL_RMDIR,
    CALL_STAT,
    CALL_STATVFS,
    CALL_SYMLINK,
    CALL_TRUNCATE,
    CALL_UNLINK,
    CALL_UTIMES,
    CALL_EXEC,
    CALL_COUNT
};

static long call(enum call which, const char *path)
{
    char buf[100];
    struct stat st;
    struct statvfs vfs;
    switch (which) {
    case CALL_ACCESS: return access(path, F_OK);
    case CALL_CHDIR: return chdir(path);
    case CALL_CHMOD: return chmod(path, 0755);
    case CALL_CHOWN: return chown(path, (uid_t)-1, (gid_t)-1);
    case CALL_LCHOWN: return lchown(path, (uid_t)-1, (gid_t)-1);
    case CALL_LINK: return link(path, "never");
    case CALL_LSTAT: return lstat(path, &st);
    case CALL_MKDIR: return mkdir(path, 0755);
    case CALL_MKFIFO: return mkfifo(path, 0644);
    case CALL_OPEN: {
        int fd = open(path, O_RDONLY);
        return fd < 0 ? fd : close(fd);
    }
    case CALL_CREAT: {
        int fd = creat(path, 0644);
        return fd < 0 ? fd : close(fd);
    }
    case CALL_OPENDIR: {
        DIR *d = opendir(path);
        return d ? closedir(d) : -1;
    }
    case CALL_PATHCONF: return pathconf(path, _PC_NAME_MAX) < 0 ? -1 : 0;
    case CALL_READLINK: return readlink(path, buf, sizeof buf) < 0 ? -1 : 0;
    case CALL_RENAME: return rename(path, "never");
    case CALL_RMDIR: return rmdir(path);
    case CALL_STAT: return stat(path, &st);
    case CALL_STATVFS: return statvfs(path, &vfs);
    case CALL_SYMLINK: return symlink("x", path);
    case CALL_TRUNCATE: return truncate(path, 0);
    case CALL_UNLINK: return unlink(path);
    case CALL_UTIMES: return utimes(path, NULL);
    case CALL_EXEC: {
        char *argv[] = {"x", NULL};
        return execv(path, argv);
    }
    default: return -2;
    }
}

static void expect(const char *path, int error, const enum call *except, size_t count)
{
    for (enum call which = 0; which < CALL_COUNT; which++) {
        size_t i = 0;
        while (i < count && except[i] != which)
            i++;
        if (i < count)
            continue;
        errno = 0;
        long got = call(which, path);
        if (got != -1 || errno != error)
            printf("call %d of \"%.40s\": %ld, %s; expected %s\n", (int)which, path, got,
                   strerror(errno), strerror(error));
        CHECK(got == -1 && errno == error);
    }
}

static void test_paths(void)
{
    static const enum call creates[] = {CALL_MKDIR, CALL_MKFIFO, CALL_CREAT, CALL_SYMLINK};
    char name[NAME_MAX + 2], longer[PATH_MAX + 10];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = 0;
    memset(longer, 'p', sizeof longer);
    for (size_t i = 10; i < sizeof longer; i += 10)
        longer[i] = '/';
    longer[sizeof longer - 1] = 0;
    make("file", "text", 0644);
    CHECK_IS(symlink("loop2", "loop1"), 0);
    CHECK_IS(symlink("loop1", "loop2"), 0);
    CHECK_IS(symlink("nowhere", "dangling"), 0);

    expect("", ENOENT, NULL, 0);
    expect("no/such", ENOENT, NULL, 0);
    expect("nosuch", ENOENT, creates, 4);
    expect("file/x", ENOTDIR, NULL, 0);
    expect("file/../file", ENOTDIR, NULL, 0);
    expect("loop1/x", ELOOP, NULL, 0);
    expect(name, ENAMETOOLONG, NULL, 0);
    expect(longer, ENAMETOOLONG, NULL, 0);
    static const enum call itself[] = {CALL_LCHOWN,  CALL_LINK,     CALL_LSTAT,  CALL_MKDIR,
                                       CALL_MKFIFO,  CALL_READLINK, CALL_RENAME, CALL_RMDIR,
                                       CALL_SYMLINK, CALL_UNLINK};
    expect("loop1", ELOOP, itself, 10);
    static const enum call and_creat[] = {CALL_LCHOWN,  CALL_LINK,     CALL_LSTAT,  CALL_MKDIR,
                                          CALL_MKFIFO,  CALL_READLINK, CALL_RENAME, CALL_RMDIR,
                                          CALL_SYMLINK, CALL_UNLINK,   CALL_CREAT};
    expect("dangling", ENOENT, and_creat, 11);
    static const struct {
        enum call which;
        int error;
    } files[] = {{CALL_CHDIR, ENOTDIR},   {CALL_MKDIR, EEXIST},    {CALL_MKFIFO, EEXIST},
                 {CALL_OPENDIR, ENOTDIR}, {CALL_READLINK, EINVAL}, {CALL_RMDIR, ENOTDIR},
                 {CALL_SYMLINK, EEXIST},  {CALL_EXEC, EACCES}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        CHECK_ERROR(call(files[i].which, "file"), files[i].error);
    CHECK_ERROR(call(CALL_MKDIR, "dangling"), EEXIST);
    CHECK_ERROR(call(CALL_SYMLINK, "loop1"), EEXIST);
    CHECK_ERROR(call(CALL_RMDIR, "loop1"), ENOTDIR);
    static const enum call trailing[] = {CALL_MKDIR, CALL_MKFIFO, CALL_CREAT, CALL_SYMLINK,
                                         CALL_LINK};
    expect("file/", ENOTDIR, trailing, 5);
    errno = 0;
    CHECK(call(CALL_CREAT, "file/") == -1 && (errno == ENOTDIR || errno == EISDIR));
    CHECK_ERROR(unlink("nosuch/"), ENOENT);
    CHECK_ERROR(rename("file", "new/"), ENOTDIR);
    CHECK_IS(unlink("loop1"), 0);
    CHECK_IS(unlink("loop2"), 0);
    CHECK_IS(unlink("dangling"), 0);
    CHECK_IS(unlink("file"), 0);
}

static void test_directories(void)
{
    struct stat st;
    CHECK_IS(mkdir("d/", 0777), 0); /* a slash at the end is allowed */
    CHECK_IS(stat("d", &st), 0);
    CHECK_IS(st.st_mode, S_IFDIR | 0755); /* the mask is 022 */
    CHECK_IS(st.st_nlink, 2);
    CHECK_IS(mkdir("d/sub", 0700), 0);
    CHECK_IS(stat("d", &st), 0);
    CHECK_IS(st.st_nlink, 3);
    CHECK_ERROR(mkdir("d", 0755), EEXIST);
    CHECK_ERROR(mkdir(".", 0755), EEXIST);
    CHECK_ERROR(mkdir("/", 0755), EEXIST);
    CHECK_ERROR(unlink("d"), EISDIR); /* Linux; POSIX: EPERM */
    errno = 0;
    CHECK(rmdir("d") == -1 && (errno == ENOTEMPTY || errno == EEXIST));
    CHECK_ERROR(rmdir("d/."), EINVAL);
    errno = 0;
    CHECK(rmdir("d/sub/..") == -1 && (errno == ENOTEMPTY || errno == EEXIST || errno == EINVAL));
    errno = 0;
    CHECK(rmdir("/") == -1 && errno == EBUSY);
    CHECK_ERROR(open("d", O_WRONLY), EISDIR);
    CHECK_ERROR(open("d", O_RDWR), EISDIR);
    CHECK_ERROR(open("d", O_CREAT | O_RDONLY, 0644), EISDIR);
    CHECK_ERROR(truncate("d", 0), EISDIR);
    int fd = open("d", O_RDONLY | O_DIRECTORY);
    char c;
    CHECK(fd >= 0);
    CHECK_ERROR(read(fd, &c, 1), EISDIR);
    CHECK_ERROR(write(fd, &c, 1), EBADF);
    CHECK_IS(fchdir(fd), 0);
    CHECK_IS(access("sub", F_OK), 0);
    CHECK_IS(fchdir(fd), 0);
    CHECK_IS(chdir(".."), 0);
    CHECK_IS(close(fd), 0);
    CHECK_ERROR(fchdir(fd), EBADF);
    make("f", "", 0644);
    CHECK_ERROR(open("f", O_RDONLY | O_DIRECTORY), ENOTDIR);
    fd = open("f", O_RDONLY);
    CHECK_ERROR(fchdir(fd), ENOTDIR);
    CHECK(fdopendir(fd) == NULL && errno == ENOTDIR);
    CHECK(fdopendir(-1) == NULL && errno == EBADF);
    CHECK_ERROR(openat(fd, "x", O_RDONLY), ENOTDIR);
    CHECK_ERROR(openat(-5, "x", O_RDONLY), EBADF);
    CHECK_IS(close(fd), 0);
    char cwd[PATH_MAX], tiny[2];
    CHECK(getcwd(cwd, sizeof cwd) == cwd);
    CHECK(getcwd(tiny, sizeof tiny) == NULL && errno == ERANGE);
    CHECK(getcwd(tiny, 0) == NULL && errno == EINVAL);
    /* A directory that is gone. */
    CHECK_IS(chdir("d/sub"), 0);
    CHECK_IS(rmdir("../sub"), 0);
    CHECK(getcwd(cwd, sizeof cwd) == NULL && errno == ENOENT);
    CHECK_ERROR(open("x", O_CREAT | O_WRONLY, 0644), ENOENT);
    CHECK_IS(chdir(base), 0);
    CHECK_IS(rmdir("d"), 0);
    CHECK_IS(unlink("f"), 0);
}

static void test_streams(void)
{
    CHECK_IS(mkdir("d", 0755), 0);
    char name[20];
    for (int i = 0; i < 50; i++) {
        snprintf(name, sizeof name, "d/%d", i);
        make(name, "", 0644);
    }
    DIR *d = opendir("d");
    CHECK(d != NULL);
    CHECK(fcntl(dirfd(d), F_GETFD) & FD_CLOEXEC);
    int seen[50] = {0}, dots = 0;
    long places[60];
    char names[60][20];
    int count = 0;
    for (;;) {
        places[count] = telldir(d);
        errno = 0;
        struct dirent *e = readdir(d);
        if (!e)
            break;
        strcpy(names[count++], e->d_name);
        if (e->d_name[0] == '.')
            dots++;
        else
            seen[atoi(e->d_name)]++;
        CHECK(e->d_ino != 0);
    }
    CHECK_IS(errno, 0);
    CHECK_IS(count, 52);
    CHECK_IS(dots, 2);
    for (int i = 0; i < 50; i++)
        CHECK_IS(seen[i], 1);
    for (int i = count - 1; i >= 0; i -= 7) {
        seekdir(d, places[i]);
        CHECK_IS(telldir(d), places[i]);
        struct dirent *e = readdir(d);
        CHECK(e && strcmp(e->d_name, names[i]) == 0);
    }
    rewinddir(d);
    make("d/new", "", 0644);
    rewinddir(d);
    int found = 0;
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        found += strcmp(e->d_name, "new") == 0;
    CHECK_IS(found, 1);
    int fd = dirfd(d);
    CHECK_IS(closedir(d), 0);
    CHECK_ERROR(fcntl(fd, F_GETFD), EBADF);
    /* Entries that go while one reads. */
    d = opendir("d");
    count = 0;
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        if (e->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "d/%.10s", e->d_name);
        CHECK_IS(unlink(name), 0);
        count++;
    }
    CHECK_IS(count, 51);
    closedir(d);
    CHECK_IS(rmdir("d"), 0);
    struct dirent **list;
    make("b", "", 0644);
    make("a", "", 0644);
    CHECK_IS(scandir(".", &list, NULL, alphasort), 4);
    CHECK(strcmp(list[2]->d_name, "a") == 0 && strcmp(list[3]->d_name, "b") == 0);
    for (int i = 0; i < 4; i++)
        free(list[i]);
    free(list);
    CHECK_ERROR(scandir("nosuch", &list, NULL, NULL), ENOENT);
    unlink("a");
    unlink("b");
}

/* ---- open ---- */

static void test_open(void)
{
    struct stat st;
    char buf[10];
    int fd = open("f", O_CREAT | O_EXCL | O_RDWR, 0666);
    CHECK(fd >= 0);
    CHECK_IS(fstat(fd, &st), 0);
    CHECK_IS(st.st_mode, S_IFREG | 0644);
    CHECK_IS(st.st_size, 0);
    CHECK_IS(st.st_nlink, 1);
    CHECK_IS(st.st_uid, geteuid());
    CHECK_ERROR(open("f", O_CREAT | O_EXCL | O_RDWR, 0666), EEXIST);
    CHECK_IS(write(fd, "0123456789", 10), 10);
    CHECK_IS(close(fd), 0);
    fd = open("f", O_RDONLY);
    CHECK_ERROR(write(fd, "x", 1), EBADF);
    CHECK_ERROR(ftruncate(fd, 0), EINVAL);
    CHECK_IS(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
    CHECK_IS(fcntl(fd, F_GETFD), 0);
    close(fd);
    fd = open("f", O_WRONLY | O_APPEND | O_CLOEXEC);
    CHECK_ERROR(read(fd, buf, 1), EBADF);
    CHECK_IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    CHECK_IS(fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND), O_WRONLY | O_APPEND);
    CHECK_IS(lseek(fd, 0, SEEK_SET), 0);
    CHECK_IS(write(fd, "ab", 2), 2);
    CHECK_IS(lseek(fd, 0, SEEK_CUR), 12);
    CHECK_IS(fcntl(fd, F_SETFL, 0), 0); /* access modes cannot be changed, O_APPEND can */
    CHECK_IS(fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND), O_WRONLY);
    CHECK_IS(lseek(fd, 0, SEEK_SET), 0);
    CHECK_IS(write(fd, "A", 1), 1);
    CHECK_IS(lseek(fd, 0, SEEK_CUR), 1);
    close(fd);
    CHECK_IS(stat("f", &st), 0);
    CHECK_IS(st.st_size, 12);
    /* A creation mode without writing is fine for the creator. */
    fd = open("g", O_CREAT | O_RDWR, 0400);
    CHECK_IS(write(fd, "x", 1), 1);
    close(fd);
    CHECK_IS(stat("g", &st), 0);
    CHECK_IS(st.st_mode, S_IFREG | 0400);
    fd = open("f", O_WRONLY | O_TRUNC);
    CHECK_IS(fstat(fd, &st), 0);
    CHECK_IS(st.st_size, 0);
    close(fd);
    CHECK_IS(symlink("f", "l"), 0);
    CHECK_ERROR(open("l", O_RDONLY | O_NOFOLLOW), ELOOP);
    CHECK_ERROR(open("l", O_CREAT | O_EXCL | O_RDWR, 0644), EEXIST);
    CHECK_IS(unlink("f"), 0);
    CHECK_ERROR(open("l", O_CREAT | O_EXCL | O_RDWR, 0644), EEXIST); /* dangling */
    fd = open("l", O_CREAT | O_RDWR, 0644);
    CHECK(fd >= 0);
    close(fd);
    CHECK_IS(access("f", F_OK), 0);
    unlink("f");
    unlink("g");
    unlink("l");
    /* The lowest free descriptor. */
    fd = dup(0);
    int other = dup(0);
    CHECK_IS(other, fd + 1);
    close(fd);
    CHECK_IS(open(".", O_RDONLY), fd);
    close(fd);
    close(other);
    CHECK_ERROR(close(fd), EBADF);
    CHECK_ERROR(close(-1), EBADF);
}

static void test_limits(void)
{
    struct rlimit old, low;
    getrlimit(RLIMIT_NOFILE, &old);
    low = old;
    low.rlim_cur = 12;
    CHECK_IS(setrlimit(RLIMIT_NOFILE, &low), 0);
    int fds[20], n = 0;
    while (n < 20 && (fds[n] = dup(0)) >= 0)
        n++;
    CHECK_IS(errno, EMFILE);
    CHECK(n < 12 && fds[n - 1] == 11);
    CHECK_ERROR(open(".", O_RDONLY), EMFILE);
    int p[2];
    CHECK_ERROR(pipe(p), EMFILE);
    CHECK_ERROR(dup2(0, 12), EBADF);
    CHECK_ERROR(fcntl(0, F_DUPFD, 12), EINVAL);
    CHECK_ERROR(fcntl(0, F_DUPFD, 0), EMFILE);
    while (n > 0)
        close(fds[--n]);
    CHECK_IS(setrlimit(RLIMIT_NOFILE, &old), 0);
}

static void test_descriptors(void)
{
    make("f", "0123456789", 0644);
    int fd = open("f", O_RDWR | O_CLOEXEC);
    CHECK_IS(dup2(fd, fd), fd);
    CHECK_IS(fcntl(fd, F_GETFD), FD_CLOEXEC); /* dup2 to itself changes nothing */
    int copy = fcntl(fd, F_DUPFD, 20);
    CHECK_IS(copy, 20);
    CHECK_IS(fcntl(copy, F_GETFD), 0);
    CHECK_IS(lseek(fd, 3, SEEK_SET), 3);
    CHECK_IS(lseek(copy, 0, SEEK_CUR), 3); /* one offset */
    CHECK_IS(fcntl(copy, F_SETFL, O_APPEND), 0);
    CHECK(fcntl(fd, F_GETFL) & O_APPEND); /* one set of flags */
    CHECK_IS(fcntl(fd, F_SETFL, 0), 0);
    CHECK_IS(fcntl(fd, F_DUPFD_CLOEXEC, 21), 21);
    CHECK_IS(fcntl(21, F_GETFD), FD_CLOEXEC);
    CHECK_IS(close(21), 0);
    CHECK_ERROR(dup(-1), EBADF);
    CHECK_ERROR(dup2(-1, 5), EBADF);
    CHECK_ERROR(dup2(fd, -1), EBADF);
    CHECK_ERROR(dup2(fd, INT_MAX), EBADF);
    CHECK_ERROR(fcntl(fd, F_DUPFD, -1), EINVAL);
    CHECK_ERROR(fcntl(-1, F_GETFD), EBADF);
    CHECK_ERROR(fcntl(fd, 12345), EINVAL);
    /* lseek */
    CHECK_ERROR(lseek(fd, -1, SEEK_SET), EINVAL);
    CHECK_ERROR(lseek(fd, 0, 99), EINVAL);
    CHECK_ERROR(lseek(-1, 0, SEEK_SET), EBADF);
    CHECK_IS(lseek(fd, -2, SEEK_END), 8);
    CHECK_ERROR(lseek(fd, -100, SEEK_CUR), EINVAL);
    CHECK_IS(lseek(fd, 0, SEEK_CUR), 8);
    CHECK_IS(lseek(fd, 100, SEEK_SET), 100);
    char buf[200];
    CHECK_IS(read(fd, buf, 1), 0);
    CHECK_IS(write(fd, "end", 3), 3);
    CHECK_IS(pread(fd, buf, sizeof buf, 0), 103);
    CHECK(memcmp(buf, "0123456789\0\0", 12) == 0 && buf[99] == 0 &&
          memcmp(buf + 100, "end", 3) == 0);
    CHECK_IS(lseek(fd, 0, SEEK_CUR), 103);
    CHECK_ERROR(pread(fd, buf, 1, -1), EINVAL);
    CHECK_ERROR(pwrite(fd, buf, 1, -1), EINVAL);
    CHECK_IS(pwrite(fd, "X", 1, 1), 1);
    CHECK_IS(pread(fd, buf, 2, 0), 2);
    CHECK(memcmp(buf, "0X", 2) == 0);
    CHECK_IS(read(fd, NULL, 0), 0);
    CHECK_IS(write(fd, NULL, 0), 0);
    CHECK_ERROR(read(-1, buf, 0), EBADF);
    /* truncate */
    CHECK_IS(ftruncate(fd, 5), 0);
    CHECK_IS(lseek(fd, 0, SEEK_CUR), 103); /* the offset stays */
    CHECK_IS(lseek(fd, 0, SEEK_END), 5);
    CHECK_IS(ftruncate(fd, 8), 0);
    CHECK_IS(pread(fd, buf, 10, 0), 8);
    CHECK(memcmp(buf, "0X234\0\0\0", 8) == 0);
    CHECK_ERROR(ftruncate(fd, -1), EINVAL);
    CHECK_ERROR(truncate("f", -1), EINVAL);
    CHECK_ERROR(ftruncate(-1, 0), EBADF);
    CHECK_IS(posix_fallocate(fd, 0, 100), 0);
    CHECK_IS(lseek(fd, 0, SEEK_END), 100);
    CHECK_IS(posix_fallocate(fd, 0, 50), 0);
    CHECK_IS(lseek(fd, 0, SEEK_END), 100);
    CHECK_IS(posix_fallocate(fd, -1, 50), EINVAL);
    CHECK_IS(posix_fallocate(fd, 0, 0), EINVAL);
    CHECK_IS(posix_fallocate(-1, 0, 1), EBADF);
    CHECK_IS(posix_fadvise(fd, 0, 0, POSIX_FADV_NORMAL), 0);
    CHECK_IS(posix_fadvise(fd, 0, 0, 99), EINVAL);
    CHECK_IS(posix_fadvise(-1, 0, 0, POSIX_FADV_NORMAL), EBADF);
    CHECK_IS(fsync(fd), 0);
    CHECK_IS(fdatasync(fd), 0);
    CHECK_ERROR(fsync(-1), EBADF);
    /* vectors */
    struct iovec v[3] = {{"ab", 2}, {NULL, 0}, {"cde", 3}};
    CHECK_IS(lseek(fd, 0, SEEK_SET), 0);
    CHECK_IS(writev(fd, v, 3), 5);
    char a[3] = "", b[4] = "";
    struct iovec w[2] = {{a, 2}, {b, 3}};
    CHECK_IS(lseek(fd, 0, SEEK_SET), 0);
    CHECK_IS(readv(fd, w, 2), 5);
    CHECK(strcmp(a, "ab") == 0 && strcmp(b, "cde") == 0);
    CHECK_ERROR(readv(fd, w, -1), EINVAL);
    static struct iovec many[IOV_MAX + 1];
    CHECK(writev(fd, many, IOV_MAX + 1) == -1);
    CHECK_IS(writev(fd, w, 0), 0);
    w[0].iov_len = SIZE_MAX / 2;
    w[1].iov_len = SIZE_MAX / 2;
    CHECK_IS(readv(fd, w, 2), -1); /* EINVAL, or EFAULT for what the length covers */
    close(copy);
    close(fd);
    unlink("f");
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    umask(022);
    CHECK(mkdtemp(base) != NULL);
    CHECK_IS(chdir(base), 0);
    test_paths();
    test_directories();
    test_streams();
    test_open();
    test_limits();
    test_descriptors();
    chdir("/");
    CHECK_IS(rmdir(base), 0);
    return posix_end();
}
