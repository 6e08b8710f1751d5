/* file_extras.c: what Linux programs expect of files beyond POSIX, and the limits of names and paths. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "posix_test.h"

static int make(const char *path, const char *text)
{
    int fd = open(path, O_CREAT | O_RDWR | O_TRUNC, 0600);
    CHECK_IS(write(fd, text, strlen(text)), strlen(text));
    return fd;
}

static int has(const char *path, const char *text)
{
    char got[64] = "";
    int fd = open(path, O_RDONLY);
    ssize_t n = fd < 0 ? -1 : read(fd, got, sizeof got - 1);
    close(fd);
    return n == (ssize_t)strlen(text) && strcmp(got, text) == 0;
}

static void test_holes(void)
{
    const off_t far = (off_t)1 << 40;
    int fd = open("holes", O_CREAT | O_RDWR | O_TRUNC, 0600);
    CHECK_ERROR(lseek(fd, 0, SEEK_DATA), ENXIO);
    CHECK_ERROR(lseek(fd, 0, SEEK_HOLE), ENXIO);
    CHECK_IS(pwrite(fd, "x", 1, 1 << 20), 1);
    CHECK_IS(lseek(fd, 0, SEEK_HOLE), 0);
    off_t data = lseek(fd, 0, SEEK_DATA);
    CHECK(data > 0 && data <= 1 << 20 && data > (1 << 20) - 65536);
    CHECK_IS(lseek(fd, 1 << 20, SEEK_DATA), 1 << 20);
    CHECK_IS(lseek(fd, 1 << 20, SEEK_HOLE), (1 << 20) + 1); /* the end is one */
    CHECK_IS(lseek(fd, 0, SEEK_CUR), (1 << 20) + 1);
    CHECK_ERROR(lseek(fd, (1 << 20) + 1, SEEK_DATA), ENXIO);
    CHECK_IS(ftruncate(fd, far), 0);
    CHECK_ERROR(lseek(fd, 1 << 21, SEEK_DATA), ENXIO);
    CHECK_IS(lseek(fd, 1 << 21, SEEK_HOLE), 1 << 21);
    CHECK_IS(pwrite(fd, "y", 1, far), 1);
    data = lseek(fd, 1 << 21, SEEK_DATA);
    CHECK(data > far - 65536 && data <= far);
    CHECK_ERROR(lseek(fd, -1, SEEK_DATA), ENXIO);
    CHECK_ERROR(lseek(fd, 0, 77), EINVAL);
    int pipe_ends[2];
    CHECK_IS(pipe(pipe_ends), 0);
    CHECK_ERROR(lseek(pipe_ends[0], 0, SEEK_DATA), ESPIPE);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    close(fd);
}

static void test_renameat2(void)
{
    struct stat before, after;
    close(make("a", "A"));
    close(make("b", "B"));
    CHECK_ERROR(renameat2(AT_FDCWD, "a", AT_FDCWD, "b", RENAME_NOREPLACE), EEXIST);
    CHECK_IS(renameat2(AT_FDCWD, "a", AT_FDCWD, "c", RENAME_NOREPLACE), 0);
    CHECK(has("c", "A") && has("b", "B"));
    CHECK_IS(renameat2(AT_FDCWD, "b", AT_FDCWD, "c", RENAME_EXCHANGE), 0);
    CHECK(has("b", "A") && has("c", "B"));
    CHECK_ERROR(renameat2(AT_FDCWD, "b", AT_FDCWD, "none", RENAME_EXCHANGE), ENOENT);
    CHECK_ERROR(renameat2(AT_FDCWD, "b", AT_FDCWD, "c", RENAME_EXCHANGE | RENAME_NOREPLACE),
                EINVAL);
    CHECK_IS(mkdir("dir", 0700), 0);
    CHECK_IS(mkdir("dir/sub", 0700), 0);
    close(make("dir/sub/deep", "D"));
    CHECK_ERROR(renameat2(AT_FDCWD, "dir", AT_FDCWD, "dir/sub", RENAME_EXCHANGE), EINVAL);
    CHECK_IS(stat(".", &before), 0);
    CHECK_IS(renameat2(AT_FDCWD, "dir/sub", AT_FDCWD, "b", RENAME_EXCHANGE),
             0); /* directory and file */
    CHECK(has("dir/sub", "A") && has("b/deep", "D"));
    CHECK_IS(stat(".", &after), 0);
    CHECK_IS(after.st_nlink, before.st_nlink + 1);
    CHECK_IS(stat("dir", &after), 0);
    CHECK_IS(after.st_nlink, 2);
    CHECK_IS(stat("b/..", &after), 0);
    CHECK(after.st_ino == before.st_ino);
    CHECK_IS(unlink("b/deep") | rmdir("b") | unlink("dir/sub") | rmdir("dir") | unlink("c"), 0);
}

static void test_nameless_files(void)
{
    struct stat st;
    int fd = open(".", O_TMPFILE | O_RDWR, 0640);
    CHECK(fd >= 0);
    CHECK_IS(write(fd, "text", 4), 4);
    CHECK_IS(fstat(fd, &st), 0);
    CHECK(S_ISREG(st.st_mode) && st.st_nlink == 0 && (st.st_mode & 0777) == 0640);
    CHECK_IS(linkat(fd, "", AT_FDCWD, "named", AT_EMPTY_PATH), 0);
    CHECK(has("named", "text"));
    CHECK_IS(fstat(fd, &st), 0);
    CHECK_IS(st.st_nlink, 1);
    CHECK_ERROR(linkat(fd, "", AT_FDCWD, "named", AT_EMPTY_PATH), EEXIST);
    CHECK_ERROR(linkat(AT_FDCWD, "", AT_FDCWD, "other", 0), ENOENT);
    CHECK_IS(unlink("named"), 0);
    CHECK_ERROR(linkat(fd, "", AT_FDCWD, "again", AT_EMPTY_PATH),
                ENOENT); /* its last name is gone */
    close(fd);
    fd = open(".", O_TMPFILE | O_WRONLY | O_EXCL, 0600);
    CHECK(fd >= 0);
    CHECK_ERROR(linkat(fd, "", AT_FDCWD, "never", AT_EMPTY_PATH), ENOENT);
    close(fd);
    CHECK_ERROR(open(".", O_TMPFILE | O_RDONLY, 0600), EINVAL);
    CHECK_ERROR(open("no/such", O_TMPFILE | O_RDWR, 0600), ENOENT);
}

static void test_copies(void)
{
    char text[64] = "";
    off_t from = 2, to = 1;
    int in = make("in", "0123456789"), out = make("out", "abcdefgh"), ends[2];
    CHECK_IS(copy_file_range(in, &from, out, &to, 4, 0), 4);
    CHECK_IS(from, 6);
    CHECK_IS(to, 5);
    CHECK(has("out", "a2345fgh"));
    CHECK_IS(lseek(in, 8, SEEK_SET), 8);
    CHECK_IS(lseek(out, 0, SEEK_SET), 0);
    CHECK_IS(copy_file_range(in, NULL, out, NULL, 100, 0), 2);
    CHECK_IS(copy_file_range(in, NULL, out, NULL, 100, 0), 0);
    CHECK_IS(lseek(out, 0, SEEK_CUR), 2);
    CHECK(has("out", "89345fgh"));
    from = 0, to = 3;
    CHECK_ERROR(copy_file_range(in, &from, in, &to, 5, 0), EINVAL); /* they overlap */
    to = 5;
    CHECK_IS(copy_file_range(in, &from, in, &to, 5, 0), 5);
    CHECK(has("in", "0123401234"));
    CHECK_ERROR(copy_file_range(in, NULL, out, NULL, 1, 8), EINVAL);
    CHECK_ERROR(copy_file_range(-1, NULL, out, NULL, 1, 0), EBADF);
    CHECK_IS(pipe(ends), 0);
    CHECK_ERROR(copy_file_range(in, NULL, ends[1], NULL, 1, 0), EINVAL);
    from = 1;
    CHECK_IS(sendfile(ends[1], in, &from, 3), 3);
    CHECK_IS(from, 4);
    CHECK_IS(read(ends[0], text, sizeof text), 3);
    CHECK(memcmp(text, "123", 3) == 0);
    CHECK_IS(lseek(in, 7, SEEK_SET), 7);
    CHECK_IS(sendfile(ends[1], in, NULL, 100), 3);
    CHECK_IS(lseek(in, 0, SEEK_CUR), 10);
    CHECK_IS(sendfile(ends[1], in, NULL, 100), 0);
    CHECK_ERROR(sendfile(-1, in, NULL, 1), EBADF);
    CHECK_ERROR(sendfile(ends[0], in, NULL, 1), EBADF);
    close(ends[0]);
    close(ends[1]);
    close(in);
    close(out);
}

static void test_descriptors(void)
{
    struct statvfs fs;
    int ends[2], fd;
    CHECK_IS(pipe(ends), 0);
    CHECK(fcntl(ends[0], F_GETPIPE_SZ) >= PIPE_BUF);
    CHECK(fcntl(ends[1], F_SETPIPE_SZ, 4096) >= 4096);
    CHECK_IS(fstatvfs(ends[0], &fs), 0);
    CHECK_ERROR(fstatvfs(-1, &fs), EBADF);
    CHECK_IS(statvfs(".", &fs), 0);
    CHECK(fs.f_namemax >= 255 && fs.f_blocks >= fs.f_bfree && fs.f_frsize > 0);
    CHECK_IS(fcntl(ends[0], F_GETOWN), 0);
    CHECK_IS(fcntl(ends[0], F_SETOWN, getpid()), 0);
    CHECK_IS(fcntl(ends[0], F_GETOWN), getpid());
    CHECK_IS(fcntl(ends[0], F_SETOWN, -getpgrp()), 0);
    CHECK_IS(fcntl(ends[0], F_GETOWN), -getpgrp());
    CHECK_ERROR(fcntl(-1, F_GETOWN), EBADF);
    CHECK_ERROR(fcntl(ends[0], 12345), EINVAL);
    CHECK_ERROR(fcntl(-1, F_GETPIPE_SZ), EBADF);
    fd = open("in", O_RDONLY);
    CHECK_ERROR(fcntl(fd, F_GETPIPE_SZ), EBADF);
    int high = fcntl(fd, F_DUPFD, 50);
    CHECK_IS(close_range(50, 60, CLOSE_RANGE_CLOEXEC), 0);
    CHECK_IS(fcntl(high, F_GETFD), FD_CLOEXEC);
    CHECK_IS(close_range(50, 60, 0), 0);
    CHECK_ERROR(fcntl(high, F_GETFD), EBADF);
    CHECK_ERROR(close_range(60, 50, 0), EINVAL);
    close(fd);
    close(ends[0]);
    close(ends[1]);
    fd = open("/dev/full", O_RDWR);
    CHECK(fd >= 0);
    char zeros[4] = "xxx";
    CHECK_ERROR(write(fd, "x", 1), ENOSPC);
    CHECK_IS(read(fd, zeros, 4), 4);
    CHECK(memcmp(zeros, "\0\0\0", 4) == 0);
    close(fd);
}

/* One component of 255 bytes is right, one of 256 is too long; a path of PATH_MAX bytes without its terminator is, too. */
static void test_limits_of_names(void)
{
    char name[300], path[PATH_MAX + 8], room[PATH_MAX];
    struct stat st;
    memset(name, 'n', sizeof name);
    name[255] = 0;
    close(make(name, "long"));
    CHECK(has(name, "long"));
    CHECK_IS(rename(name, "short"), 0);
    CHECK_IS(rename("short", name), 0);
    CHECK_IS(link(name, "short"), 0);
    CHECK_IS(unlink(name), 0);
    CHECK_IS(symlink("short", name), 0);
    CHECK_IS(readlink(name, room, sizeof room), 5);
    CHECK_IS(unlink(name), 0);
    CHECK_IS(mkdir(name, 0700), 0);
    CHECK_IS(rmdir(name), 0);
    CHECK_IS(mkfifo(name, 0600), 0);
    CHECK_IS(unlink(name), 0);
    for (int i = 0; i < 2; i++) {
        const char *bad = i ? path : name;
        name[255] = 'n';
        name[256] = 0;
        for (int at = 0; at < PATH_MAX; at++)
            path[at] = at % 2 ? '/' : '.';
        path[PATH_MAX] = 0;
        CHECK_ERROR(open(bad, O_RDONLY), ENAMETOOLONG);
        CHECK_ERROR(open(bad, O_RDWR | O_CREAT, 0600), ENAMETOOLONG);
        CHECK_ERROR(openat(AT_FDCWD, bad, O_RDONLY), ENAMETOOLONG);
        CHECK_ERROR(stat(bad, &st), ENAMETOOLONG);
        CHECK_ERROR(lstat(bad, &st), ENAMETOOLONG);
        CHECK_ERROR(fstatat(AT_FDCWD, bad, &st, 0), ENAMETOOLONG);
        CHECK_ERROR(access(bad, F_OK), ENAMETOOLONG);
        CHECK_ERROR(faccessat(AT_FDCWD, bad, F_OK, 0), ENAMETOOLONG);
        CHECK_ERROR(chmod(bad, 0600), ENAMETOOLONG);
        CHECK_ERROR(fchmodat(AT_FDCWD, bad, 0600, 0), ENAMETOOLONG);
        CHECK_ERROR(chown(bad, -1, -1), ENAMETOOLONG);
        CHECK_ERROR(lchown(bad, -1, -1), ENAMETOOLONG);
        CHECK_ERROR(fchownat(AT_FDCWD, bad, -1, -1, 0), ENAMETOOLONG);
        CHECK_ERROR(utimensat(AT_FDCWD, bad, NULL, 0), ENAMETOOLONG);
        CHECK_ERROR(mkdir(bad, 0700), ENAMETOOLONG);
        CHECK_ERROR(mkdirat(AT_FDCWD, bad, 0700), ENAMETOOLONG);
        CHECK_ERROR(mkfifo(bad, 0600), ENAMETOOLONG);
        CHECK_ERROR(mkfifoat(AT_FDCWD, bad, 0600), ENAMETOOLONG);
        CHECK_ERROR(mknodat(AT_FDCWD, bad, S_IFIFO | 0600, 0), ENAMETOOLONG);
        CHECK_ERROR(unlink(bad), ENAMETOOLONG);
        CHECK_ERROR(unlinkat(AT_FDCWD, bad, 0), ENAMETOOLONG);
        CHECK_ERROR(unlinkat(AT_FDCWD, bad, AT_REMOVEDIR), ENAMETOOLONG);
        CHECK_ERROR(rmdir(bad), ENAMETOOLONG);
        CHECK_ERROR(rename(bad, "x"), ENAMETOOLONG);
        CHECK_ERROR(rename("short", bad), ENAMETOOLONG);
        CHECK_ERROR(renameat(AT_FDCWD, "short", AT_FDCWD, bad), ENAMETOOLONG);
        CHECK_ERROR(link(bad, "x"), ENAMETOOLONG);
        CHECK_ERROR(link("short", bad), ENAMETOOLONG);
        CHECK_ERROR(linkat(AT_FDCWD, "short", AT_FDCWD, bad, 0), ENAMETOOLONG);
        CHECK_ERROR(symlink("short", bad), ENAMETOOLONG);
        CHECK_ERROR(symlinkat("short", AT_FDCWD, bad), ENAMETOOLONG);
        CHECK_ERROR(readlink(bad, room, sizeof room), ENAMETOOLONG);
        CHECK_ERROR(readlinkat(AT_FDCWD, bad, room, sizeof room), ENAMETOOLONG);
        CHECK_ERROR(chdir(bad), ENAMETOOLONG);
        CHECK_ERROR(truncate(bad, 0), ENAMETOOLONG);
        CHECK_ERROR(pathconf(bad, _PC_NAME_MAX), ENAMETOOLONG);
        CHECK(!opendir(bad) && errno == ENAMETOOLONG);
        CHECK(i || (!realpath(bad, room) && errno == ENAMETOOLONG));
        char *argv[] = {"x", NULL};
        CHECK_ERROR(execv(bad, argv), ENAMETOOLONG);
    }
    path[PATH_MAX - 1] = 0; /* ./././.: the longest there may be */
    CHECK_IS(stat(path, &st), 0);
    CHECK(S_ISDIR(st.st_mode));
    CHECK_IS(unlink("short"), 0);
}

int main(void)
{
    char folder[] = "/tmp/posix_extras.XXXXXX";
    if (!mkdtemp(folder) || chdir(folder) != 0)
        return 1;
    test_holes();
    test_renameat2();
    test_nameless_files();
    test_copies();
    test_descriptors();
    test_limits_of_names();
    CHECK_IS(unlink("holes") | unlink("in") | unlink("out"), 0);
    CHECK_IS(chdir("/"), 0);
    CHECK_IS(rmdir(folder), 0);
    return posix_end();
}
