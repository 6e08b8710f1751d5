/* posix_files.c: do libc's file functions keep POSIX's promises over the root file system? */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

#define CHECK_ERROR(call, error) \
    do {                         \
        errno = 0;               \
        CHECK_IS((call), -1);    \
        CHECK_IS(errno, error);  \
    } while (0)

static char folder[64];
static char big[200000];

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    CHECK(fd >= 0);
    CHECK_IS(write(fd, text, strlen(text)), (long)strlen(text));
    CHECK_IS(close(fd), 0);
}

static void test_open_flags(void)
{
    CHECK_ERROR(open("none", O_RDONLY), ENOENT);
    write_file("a", "hello");
    CHECK_ERROR(open("a", O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
    CHECK_ERROR(open("a/b", O_RDONLY), ENOTDIR);
    CHECK_ERROR(open("a", O_RDONLY | O_DIRECTORY), ENOTDIR);
    CHECK_ERROR(open(".", O_WRONLY), EISDIR);
    CHECK_ERROR(open("", O_RDONLY), ENOENT);
    int fd = open("a", O_RDONLY);
    CHECK_IS(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
    CHECK_IS(fcntl(fd, F_GETFD), 0);
    CHECK_ERROR(write(fd, "x", 1), EBADF);
    close(fd);
    fd = open("a", O_RDWR | O_APPEND | O_CLOEXEC);
    CHECK_IS(fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND), O_RDWR | O_APPEND);
    CHECK_IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    CHECK_IS(write(fd, " you", 4), 4);
    char buf[16] = {0};
    CHECK_IS(pread(fd, buf, sizeof buf, 0), 9);
    CHECK_IS(strcmp(buf, "hello you"), 0);
    close(fd);
    fd = open("a", O_WRONLY | O_TRUNC);
    struct stat st;
    CHECK_IS(fstat(fd, &st), 0);
    CHECK_IS(st.st_size, 0);
    close(fd);
    CHECK_ERROR(close(fd), EBADF);
    CHECK_ERROR(read(-1, buf, 1), EBADF);
    CHECK_ERROR(read(5000, buf, 1), EBADF);
}

static void test_offsets(void)
{
    char buf[8] = {0};
    write_file("a", "0123456789");
    int fd = open("a", O_RDWR);
    CHECK_IS(lseek(fd, 3, SEEK_SET), 3);
    CHECK_IS(lseek(fd, 2, SEEK_CUR), 5);
    CHECK_IS(read(fd, buf, 1), 1);
    CHECK_IS(buf[0], '5');
    CHECK_IS(lseek(fd, -1, SEEK_END), 9);
    CHECK_IS(read(fd, buf, 4), 1);
    CHECK_IS(read(fd, buf, 4), 0);
    CHECK_ERROR(lseek(fd, -1, SEEK_SET), EINVAL);
    CHECK_ERROR(lseek(fd, -20, SEEK_END), EINVAL);
    CHECK_ERROR(lseek(fd, 0, 9), EINVAL);
    CHECK_IS(lseek(fd, 20, SEEK_SET), 20);
    CHECK_IS(write(fd, "x", 1), 1);
    CHECK_IS(pread(fd, buf, 2, 15), 2);
    CHECK_IS(buf[0], 0);
    int copy = dup(fd);
    CHECK_IS(lseek(copy, 0, SEEK_CUR), 21);
    lseek(fd, 1, SEEK_SET);
    CHECK_IS(lseek(copy, 0, SEEK_CUR), 1);
    CHECK_IS(pwrite(fd, "ab", 2, 4), 2);
    CHECK_IS(lseek(fd, 0, SEEK_CUR), 1);
    close(copy);
    close(fd);
    int ends[2];
    CHECK_IS(pipe(ends), 0);
    CHECK_ERROR(lseek(ends[0], 0, SEEK_CUR), ESPIPE);
    close(ends[0]);
    close(ends[1]);
    int null = open("/dev/null", O_RDONLY); /* an empty file to programs */
    CHECK_IS(lseek(null, 0, SEEK_END), 0);
    CHECK_IS(read(null, buf, 1), 0);
    close(null);
}

static void test_large_transfers_and_vectors(void)
{
    static char back[sizeof big];
    for (size_t i = 0; i < sizeof big; i++)
        big[i] = (char)(i * 7 + i / 251);
    int fd = open("big", O_RDWR | O_CREAT | O_TRUNC, 0600);
    CHECK_IS(write(fd, big, sizeof big), sizeof big);
    CHECK_IS(lseek(fd, 0, SEEK_SET), 0);
    CHECK_IS(read(fd, back, sizeof back), sizeof back);
    CHECK_IS(memcmp(big, back, sizeof big), 0);
    struct iovec out[3] = {{"one", 3}, {"", 0}, {"two", 3}};
    CHECK_IS(ftruncate(fd, 0), 0);
    CHECK_IS(lseek(fd, 0, SEEK_SET), 0);
    CHECK_IS(writev(fd, out, 3), 6);
    char a[2], b[10];
    struct iovec in[2] = {{a, 2}, {b, 10}};
    CHECK_IS(preadv(fd, in, 2, 0), 6);
    CHECK_IS(memcmp(a, "on", 2), 0);
    CHECK_IS(memcmp(b, "etwo", 4), 0);
    struct iovec wide[2] = {{big, 100000}, {big + 100000, 50000}};
    CHECK_IS(pwritev(fd, wide, 2, 10), 150000);
    CHECK_IS(lseek(fd, 0, SEEK_END), 150010);
    close(fd);
    unlink("big");
}

static void test_descriptors(void)
{
    int low = open("/", O_RDONLY | O_DIRECTORY);
    close(low);
    write_file("a", "x");
    int fd = open("a", O_RDONLY);
    CHECK_IS(fd, low);
    CHECK_IS(dup(fd), fd + 1);
    CHECK_IS(dup2(fd, 100), 100);
    CHECK_IS(dup2(100, 100), 100);
    CHECK_ERROR(dup2(99, 99), EBADF);
    CHECK_ERROR(dup2(99, 100), EBADF);
    CHECK_ERROR(dup2(fd, OPEN_MAX), EBADF);
    CHECK_ERROR(dup3(fd, fd, 0), EINVAL);
    CHECK_IS(dup3(fd, 101, O_CLOEXEC), 101);
    CHECK_IS(fcntl(101, F_GETFD), FD_CLOEXEC);
    CHECK_IS(fcntl(fd, F_DUPFD, 50), 50);
    CHECK_IS(fcntl(fd, F_DUPFD_CLOEXEC, 50), 51);
    CHECK_IS(fcntl(51, F_SETFD, 0), 0);
    CHECK_IS(fcntl(51, F_GETFD), 0);
    CHECK_ERROR(fcntl(fd, F_DUPFD, OPEN_MAX), EINVAL);
    CHECK_ERROR(fcntl(77, F_GETFD), EBADF);
    int ends[2];
    CHECK_IS(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    CHECK_IS(fcntl(ends[0], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    char c;
    CHECK_ERROR(read(ends[0], &c, 1), EAGAIN);
    closefrom(fd);
    CHECK_ERROR(fcntl(51, F_GETFD), EBADF);
}

static void test_folders(void)
{
    CHECK_IS(mkdir("d", 0755), 0);
    CHECK_ERROR(mkdir("d", 0755), EEXIST);
    write_file("d/one", "1");
    write_file("d/two", "22");
    CHECK_ERROR(rmdir("d"), ENOTEMPTY);
    CHECK_ERROR(unlink("d"), EISDIR);
    DIR *dir = opendir("d");
    CHECK(dir != NULL);
    int count = 0, seen = 0;
    long middle = 0;
    struct dirent *entry;
    while (dir && (entry = readdir(dir)) != NULL) {
        count += entry->d_name[0] != '.';
        seen |= strcmp(entry->d_name, "one") == 0 ? 1 : strcmp(entry->d_name, "two") == 0 ? 2 : 0;
        if (count == 1 && !middle)
            middle = telldir(dir);
    }
    CHECK_IS(count, 2);
    CHECK_IS(seen, 3);
    rewinddir(dir);
    seekdir(dir, middle);
    count = 0;
    while ((entry = readdir(dir)) != NULL)
        count += entry->d_name[0] != '.';
    CHECK_IS(count, 1);
    CHECK_IS(faccessat(dirfd(dir), "one", R_OK, 0), 0);
    CHECK_IS(unlinkat(dirfd(dir), "one", 0), 0);
    CHECK_IS(closedir(dir), 0);
    CHECK(opendir("none") == NULL);
    write_file("file", "");
    CHECK(opendir("file") == NULL);
    CHECK_IS(errno, ENOTDIR);
    CHECK_IS(unlink("d/two"), 0);
    CHECK_IS(rmdir("d"), 0);
    CHECK_ERROR(rmdir("d"), ENOENT);
}

static void test_names(void)
{
    char target[32];
    struct stat a, b;
    write_file("a", "text");
    CHECK_IS(link("a", "b"), 0);
    CHECK_IS(stat("a", &a), 0);
    CHECK_IS(stat("b", &b), 0);
    CHECK_IS(a.st_ino, b.st_ino);
    CHECK_IS(a.st_nlink, 2);
    CHECK_IS(a.st_mode, S_IFREG | 0644);
    CHECK_IS(rename("b", "c"), 0);
    CHECK_ERROR(stat("b", &b), ENOENT);
    CHECK_IS(symlink("c", "l"), 0);
    CHECK_IS(lstat("l", &b), 0);
    CHECK(S_ISLNK(b.st_mode));
    CHECK_IS(stat("l", &b), 0);
    CHECK_IS(b.st_ino, a.st_ino);
    CHECK_IS(readlink("l", target, sizeof target), 1);
    CHECK_IS(target[0], 'c');
    CHECK_IS(readlink("l", target, 0) <= 0, 1);
    CHECK_ERROR(readlink("a", target, sizeof target), EINVAL);
    CHECK_IS(symlink("loop", "loop"), 0);
    CHECK_ERROR(open("loop", O_RDONLY), ELOOP);
    CHECK_ERROR(open("l", O_RDONLY | O_NOFOLLOW), ELOOP);
    CHECK_IS(chmod("a", 0400), 0);
    CHECK_IS(stat("a", &a), 0);
    CHECK_IS(a.st_mode & 07777, 0400);
    CHECK_IS(access("a", R_OK), 0);
    CHECK_ERROR(access("none", F_OK), ENOENT);
    CHECK_IS(chmod("c", 0600), 0);
    CHECK_IS(truncate("c", 2), 0);
    unlink("a"), unlink("c"), unlink("l"), unlink("loop");
}

/* The times of "stamp": 1 where it is now, give or take a minute, 0 where it is 1,000 s after the epoch; else -1. */
static int stamp_is_now(int which)
{
    struct stat st;
    struct timespec now;
    CHECK_IS(stat("stamp", &st), 0);
    CHECK_IS(clock_gettime(CLOCK_REALTIME, &now), 0);
    long seconds = which ? st.st_mtim.tv_sec : st.st_atim.tv_sec;
    return labs(seconds - now.tv_sec) < 60 ? 1 : seconds == 1000 ? 0 : -1;
}

static void test_times(void)
{
    const struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    const struct timespec now[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_NOW}};
    const struct timespec only_access[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_OMIT}};
    write_file("stamp", "x");
    CHECK_IS(utimensat(AT_FDCWD, "stamp", old, 0), 0);
    CHECK_IS(stamp_is_now(0), 0);
    CHECK_IS(stamp_is_now(1), 0);
    CHECK_IS(utimensat(AT_FDCWD, "stamp", only_access, 0), 0);
    CHECK_IS(stamp_is_now(0), 1);
    CHECK_IS(stamp_is_now(1), 0);
    CHECK_IS(utimensat(AT_FDCWD, "stamp", now, 0), 0);
    CHECK_IS(stamp_is_now(1), 1);
    CHECK_IS(utimensat(AT_FDCWD, "stamp", old, 0), 0);
    CHECK_IS(utimensat(AT_FDCWD, "stamp", NULL, 0), 0);
    CHECK_IS(stamp_is_now(0), 1);
    CHECK_IS(stamp_is_now(1), 1);
    CHECK_IS(unlink("stamp"), 0);
}

static void test_working_directory(void)
{
    char before[PATH_MAX], after[PATH_MAX];
    CHECK(getcwd(before, sizeof before) == before);
    CHECK_IS(strcmp(before, folder), 0);
    CHECK(getcwd(after, 2) == NULL);
    CHECK_IS(errno, ERANGE);
    CHECK_IS(mkdir("sub", 0700), 0);
    CHECK_IS(chdir("sub"), 0);
    write_file("f", "x");
    CHECK_IS(chdir(".."), 0);
    CHECK_IS(access("sub/f", F_OK), 0);
    int fd = open("sub", O_RDONLY | O_DIRECTORY);
    CHECK_IS(fchdir(fd), 0);
    close(fd);
    CHECK_IS(unlink("f"), 0);
    CHECK_IS(chdir(before), 0);
    CHECK_IS(rmdir("sub"), 0);
    CHECK_ERROR(chdir("none"), ENOENT);
    write_file("f", "x");
    CHECK_ERROR(chdir("f"), ENOTDIR);
    unlink("f");
}

static void test_mappings(void)
{
    int fd = open("m", O_RDWR | O_CREAT | O_TRUNC, 0600);
    CHECK_IS(write(fd, big, 8192), 8192);
    char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    CHECK(p != MAP_FAILED);
    if (p != MAP_FAILED) {
        CHECK_IS(memcmp(p, big, 8192), 0);
        p[0] ^= 1;
        char c;
        CHECK_IS(pread(fd, &c, 1, 0), 1);
        CHECK_IS(c, big[0]);
        CHECK_IS(munmap(p, 8192), 0);
    }
    close(fd);
    unlink("m");
    p = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(p != MAP_FAILED);
    CHECK_IS(p[5000], 0);
    CHECK_IS(mprotect(p, 4096, PROT_READ), 0);
    CHECK_IS(munmap(p + 4096, 4096), 0);
    CHECK_IS(munmap(p, 3 * 4096), 0);
    CHECK(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    CHECK_IS(errno, EINVAL);
}

static void test_poll(void)
{
    int ends[2];
    CHECK_IS(pipe(ends), 0);
    struct pollfd fds[3] = {{ends[0], POLLIN, 0}, {ends[1], POLLOUT, 0}, {99, POLLIN, 0}};
    CHECK_IS(poll(fds, 2, 0), 1);
    CHECK_IS(fds[0].revents, 0);
    CHECK_IS(fds[1].revents, POLLOUT);
    CHECK_IS(poll(fds, 1, 10), 0);
    CHECK_IS(write(ends[1], "x", 1), 1);
    CHECK_IS(poll(fds, 3, -1), 3);
    CHECK_IS(fds[0].revents, POLLIN);
    CHECK_IS(fds[2].revents, POLLNVAL);
    struct pollfd twice[2] = {{ends[0], POLLIN, 0}, {ends[0], POLLIN, 0}};
    CHECK_IS(poll(twice, 2, 0), 2);
    fd_set in;
    FD_ZERO(&in);
    FD_SET(ends[0], &in);
    struct timeval now = {0, 0};
    CHECK_IS(select(ends[0] + 1, &in, NULL, NULL, &now), 1);
    CHECK(FD_ISSET(ends[0], &in));
    close(ends[1]);
    char c;
    CHECK_IS(read(ends[0], &c, 1), 1);
    CHECK_IS(poll(fds, 1, -1), 1);
    CHECK(fds[0].revents & POLLHUP);
    close(ends[0]);
    int fd = open("p", O_RDWR | O_CREAT, 0600);
    struct pollfd file = {fd, POLLIN | POLLOUT, 0};
    CHECK_IS(poll(&file, 1, -1), 1);
    CHECK_IS(file.revents, POLLIN | POLLOUT);
    close(fd);
    unlink("p");
}

static void test_streams(void)
{
    FILE *f = fopen("s", "w+");
    CHECK(f != NULL);
    for (int i = 0; f && i < 1000; i++)
        fprintf(f, "line %d\n", i);
    rewind(f);
    char line[64];
    int count = 0;
    while (fgets(line, sizeof line, f))
        count++;
    CHECK_IS(count, 1000);
    CHECK_IS(strcmp(line, "line 999\n"), 0);
    CHECK_IS(fclose(f), 0);
    unlink("s");
}

int main(void)
{
    strcpy(folder, "/tmp/posix_files.XXXXXX");
    if (!mkdtemp(folder) || chdir(folder) < 0) {
        perror(folder);
        return 2;
    }
    test_open_flags();
    test_offsets();
    test_large_transfers_and_vectors();
    test_descriptors();
    test_folders();
    test_names();
    test_times();
    test_working_directory();
    test_mappings();
    test_poll();
    test_streams();
    unlink("a"), unlink("file");
    chdir("/");
    CHECK_IS(rmdir(folder), 0);
    return check_end();
}
