/* links.c: links, renaming, and who may do what to a file. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "posix_test.h"

#define USER 1234
static char base[] = "/tmp/posix_links_XXXXXX";

static void make(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
    CHECK(fd >= 0);
    CHECK_IS(write(fd, text, strlen(text)), strlen(text));
    CHECK_IS(close(fd), 0);
}

/* ---- links and names ---- */

static void test_links(void)
{
    struct stat st, st2;
    char buf[20];
    make("f", "text", 0644);
    CHECK_IS(mkdir("d", 0755), 0);
    CHECK_IS(link("f", "g"), 0);
    CHECK_IS(stat("f", &st), 0);
    CHECK_IS(stat("g", &st2), 0);
    CHECK(st.st_ino == st2.st_ino && st.st_nlink == 2);
    CHECK_ERROR(link("f", "g"), EEXIST);
    CHECK_ERROR(link("f", "d"), EEXIST);
    CHECK_ERROR(link("d", "h"), EPERM);
    CHECK_ERROR(link("f", "no/h"), ENOENT);
    CHECK_ERROR(link("f", "g/h"), ENOTDIR);
    CHECK_IS(unlink("f"), 0);
    CHECK_IS(stat("g", &st), 0);
    CHECK_IS(st.st_nlink, 1);
    /* The file lives on while it is open. */
    int fd = open("g", O_RDWR);
    CHECK_IS(unlink("g"), 0);
    CHECK_IS(fstat(fd, &st), 0);
    CHECK_IS(st.st_nlink, 0);
    CHECK_IS(read(fd, buf, 4), 4);
    close(fd);
    CHECK_IS(symlink("target", "s"), 0);
    CHECK_IS(lstat("s", &st), 0);
    CHECK(S_ISLNK(st.st_mode) && st.st_size == 6);
    CHECK_IS(readlink("s", buf, sizeof buf), 6);
    CHECK_IS(readlink("s", buf, 3), 3);
    CHECK(memcmp(buf, "tar", 3) == 0);
    CHECK_ERROR(readlink("d", buf, 3), EINVAL);
    CHECK_ERROR(symlink("", "e"), ENOENT);
    make("target", "", 0644);
    CHECK_IS(link("s", "hard"), 0); /* of the symbolic link itself */
    CHECK_IS(lstat("hard", &st), 0);
    CHECK(S_ISLNK(st.st_mode));
    CHECK_IS(linkat(AT_FDCWD, "s", AT_FDCWD, "hard2", AT_SYMLINK_FOLLOW), 0);
    CHECK_IS(lstat("hard2", &st), 0);
    CHECK(S_ISREG(st.st_mode));
    CHECK_ERROR(linkat(AT_FDCWD, "s", AT_FDCWD, "hard3", 0x40000000), EINVAL);
    CHECK_ERROR(unlinkat(AT_FDCWD, "hard", 0x40000000), EINVAL);
    CHECK_ERROR(unlinkat(AT_FDCWD, "hard", AT_REMOVEDIR), ENOTDIR);
    CHECK_IS(unlinkat(AT_FDCWD, "hard", 0), 0);
    CHECK_IS(unlink("hard2"), 0);
    CHECK_IS(unlinkat(AT_FDCWD, "d", AT_REMOVEDIR), 0);
    CHECK_ERROR(fstatat(AT_FDCWD, "s", &st, 0x40000000), EINVAL);
    CHECK_ERROR(fchmodat(AT_FDCWD, "target", 0644, 0x40000000), EINVAL);
    CHECK_ERROR(fchownat(AT_FDCWD, "target", 0, 0, 0x40000000), EINVAL);
    CHECK_ERROR(faccessat(AT_FDCWD, "target", 0x40000000, 0), EINVAL);
    CHECK_ERROR(access("target", 0x40000000), EINVAL);
    unlink("s");
    unlink("target");
    char resolved[PATH_MAX];
    CHECK_IS(mkdir("r", 0755), 0);
    CHECK_IS(symlink("../r", "r/up"), 0);
    CHECK(realpath("r/up/up/./../r", resolved) &&
          strcmp(resolved + strlen(resolved) - 2, "/r") == 0);
    CHECK(realpath("r/none", resolved) == NULL && errno == ENOENT);
    CHECK(realpath("", resolved) == NULL && errno == ENOENT);
    CHECK(realpath(NULL, resolved) == NULL && errno == EINVAL);
    close(open("r/file", O_CREAT | O_RDWR, 0600));
    CHECK_IS(symlink("file", "r/to_file") | symlink("to_file", "r/to_link"), 0);
    CHECK(realpath("r/to_link", resolved) &&
          strcmp(resolved + strlen(resolved) - 7, "/r/file") == 0);
    CHECK(realpath("r/to_link/", resolved) == NULL && errno == ENOTDIR);
    CHECK(realpath("r/to_link/x", resolved) == NULL && errno == ENOTDIR);
    CHECK(realpath("r/up/to_link", resolved) &&
          strcmp(resolved + strlen(resolved) - 7, "/r/file") == 0);
    CHECK_IS(unlink("r/file") | unlink("r/to_file") | unlink("r/to_link"), 0);
    unlink("r/up");
    rmdir("r");
}

static void test_rename(void)
{
    struct stat st;
    make("a", "A", 0644);
    make("b", "B", 0644);
    CHECK_IS(mkdir("d", 0755), 0);
    CHECK_IS(mkdir("e", 0755), 0);
    make("e/in", "", 0644);
    CHECK_ERROR(rename("nosuch", "x"), ENOENT);
    CHECK_ERROR(rename("a", ""), ENOENT);
    CHECK_ERROR(rename("a", "d"), EISDIR);
    CHECK_ERROR(rename("d", "a"), ENOTDIR);
    errno = 0;
    CHECK(rename("d", "e") == -1 && (errno == ENOTEMPTY || errno == EEXIST));
    CHECK_ERROR(rename("d", "d/x"), EINVAL);
    CHECK_ERROR(rename("d", "d/x/y"), ENOENT);
    errno = 0;
    CHECK(rename("d/.", "x") == -1 && (errno == EINVAL || errno == EBUSY));
    errno = 0;
    CHECK(rename("d/..", "x") == -1 && (errno == EINVAL || errno == EBUSY));
    CHECK_IS(rename("a", "a"), 0);
    CHECK_IS(link("a", "a2"), 0);
    CHECK_IS(rename("a", "a2"), 0); /* the same file: nothing happens */
    CHECK_IS(access("a", F_OK), 0);
    CHECK_IS(access("a2", F_OK), 0);
    CHECK_IS(stat("a", &st), 0);
    ino_t ino = st.st_ino;
    CHECK_IS(rename("a", "b"), 0);
    CHECK_ERROR(access("a", F_OK), ENOENT);
    CHECK_IS(stat("b", &st), 0);
    CHECK(st.st_ino == ino && st.st_size == 1);
    CHECK_IS(rename("e", "d"), 0); /* over an empty directory */
    CHECK_IS(access("d/in", F_OK), 0);
    CHECK_IS(mkdir("d/sub", 0755), 0);
    CHECK_IS(rename("d/sub", "moved"), 0);
    CHECK_IS(stat("d", &st), 0);
    CHECK_IS(st.st_nlink, 2);
    CHECK_IS(stat("moved/..", &st), 0);
    ino = st.st_ino;
    CHECK_IS(stat(".", &st), 0);
    CHECK(st.st_ino == ino);
    CHECK_IS(symlink("b", "s"), 0);
    CHECK_IS(rename("s", "t"), 0); /* the link, not what it names */
    CHECK_IS(lstat("t", &st), 0);
    CHECK(S_ISLNK(st.st_mode));
    CHECK_IS(renameat(AT_FDCWD, "t", AT_FDCWD, "u"), 0);
    CHECK_ERROR(renameat(-5, "t", AT_FDCWD, "u"), EBADF);
    unlink("u");
    unlink("b");
    unlink("a2");
    unlink("d/in");
    rmdir("d");
    rmdir("moved");
}

/* ---- modes, owners, permissions ---- */

static void as_user(void (*f)(void))
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        posix_failures = posix_checks = 0;
        CHECK_IS(setgid(USER), 0);
        CHECK_IS(setuid(USER), 0);
        f();
        fflush(stdout);
        _exit(posix_failures != 0);
    }
    int status = -1;
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK_IS(status, 0);
}

static void user_part(void)
{
    struct stat st;
    CHECK_ERROR(open("secret", O_RDONLY), EACCES);
    CHECK_ERROR(open("closed/f", O_RDONLY), EACCES);
    CHECK_ERROR(stat("closed/f", &st), EACCES);
    CHECK_ERROR(open("readonly", O_WRONLY), EACCES);
    CHECK_ERROR(truncate("readonly", 0), EACCES);
    CHECK_ERROR(open("new", O_CREAT | O_WRONLY, 0644), EACCES);
    CHECK_ERROR(mkdir("new", 0755), EACCES);
    CHECK_ERROR(symlink("x", "new"), EACCES);
    CHECK_ERROR(mkfifo("new", 0644), EACCES);
    CHECK_ERROR(unlink("readonly"), EACCES);
    CHECK_ERROR(rename("readonly", "x"), EACCES);
    CHECK_ERROR(chmod("readonly", 0666), EPERM);
    CHECK_ERROR(chown("readonly", USER, USER), EPERM);
    CHECK_ERROR(utimes("readonly", NULL), EACCES);
    struct timeval tv[2] = {{1, 0}, {1, 0}};
    CHECK_ERROR(utimes("readonly", tv), EPERM);
    CHECK_ERROR(access("readonly", W_OK), EACCES);
    CHECK_IS(access("readonly", R_OK), 0);
    CHECK_ERROR(access("readonly", X_OK), EACCES);
    CHECK_ERROR(chdir("closed"), EACCES);
    CHECK_ERROR(opendir("closed") ? 0 : -1, EACCES);
    CHECK_ERROR(rmdir("closed"), EACCES);
    /* A sticky directory: only one's own entries go. */
    CHECK_ERROR(unlink("sticky/roots"), EPERM);
    CHECK_ERROR(rename("sticky/roots", "sticky/x"), EPERM);
    make("sticky/mine", "m", 0644);
    CHECK_ERROR(rename("sticky/mine", "sticky/roots"), EPERM);
    CHECK_IS(rename("sticky/mine", "sticky/mine2"), 0);
    /* One's own file. */
    CHECK_IS(chmod("sticky/mine2", 06755), 0);
    CHECK_IS(stat("sticky/mine2", &st), 0);
    CHECK_IS(st.st_mode & 07777, 06755);
    CHECK_ERROR(chown("sticky/mine2", 0, (gid_t)-1), EPERM);
    CHECK_ERROR(chown("sticky/mine2", (uid_t)-1, 0), EPERM); /* not a group of the process */
    CHECK_IS(chown("sticky/mine2", USER, USER), 0);
    CHECK_IS(stat("sticky/mine2", &st), 0);
    CHECK_IS(st.st_mode & 07777, 0755); /* chown took the set-id bits */
    CHECK_IS(chmod("sticky/mine2", 06755), 0);
    int fd = open("sticky/mine2", O_WRONLY);
    CHECK_IS(write(fd, "x", 1), 1);
    close(fd);
    CHECK_IS(stat("sticky/mine2", &st), 0);
    CHECK_IS(st.st_mode & 07777, 0755); /* writing did, too */
    CHECK_IS(chmod("sticky/mine2", 0), 0);
    CHECK_ERROR(open("sticky/mine2", O_RDONLY), EACCES);
    CHECK_IS(unlink("sticky/mine2"), 0);
}

static void test_permissions(void)
{
    struct stat st;
    if (geteuid() != 0)
        return;
    CHECK_IS(chmod(".", 0755), 0);
    make("secret", "s", 0600);
    make("readonly", "r", 0644);
    CHECK_IS(mkdir("closed", 0700), 0);
    make("closed/f", "", 0644);
    CHECK_IS(mkdir("sticky", 0755), 0);
    CHECK_IS(chmod("sticky", 01777), 0);
    CHECK_IS(stat("sticky", &st), 0);
    CHECK_IS(st.st_mode & 07777, 01777);
    make("sticky/roots", "", 0666);
    as_user(user_part);
    CHECK_IS(chown("secret", USER, 77), 0);
    CHECK_IS(stat("secret", &st), 0);
    CHECK(st.st_uid == USER && st.st_gid == 77);
    CHECK_IS(chown("secret", (uid_t)-1, 78), 0);
    CHECK_IS(stat("secret", &st), 0);
    CHECK(st.st_uid == USER && st.st_gid == 78);
    CHECK_IS(symlink("secret", "s"), 0);
    CHECK_IS(lchown("s", 5, 6), 0);
    CHECK_IS(lstat("s", &st), 0);
    CHECK(st.st_uid == 5 && st.st_gid == 6);
    CHECK_IS(stat("s", &st), 0);
    CHECK_IS(st.st_uid, USER);
    /* A file gets its directory's group when that has the set-group-ID bit. */
    CHECK_IS(chown("closed", 0, 79), 0);
    CHECK_IS(chmod("closed", 02755), 0);
    make("closed/g", "", 0644);
    CHECK_IS(stat("closed/g", &st), 0);
    CHECK_IS(st.st_gid, 79);
    CHECK_IS(mkdir("closed/d", 0755), 0);
    CHECK_IS(stat("closed/d", &st), 0);
    CHECK(st.st_gid == 79 && st.st_mode & S_ISGID);
    rmdir("closed/d");
    unlink("closed/g");
    unlink("closed/f");
    unlink("sticky/roots");
    rmdir("closed");
    rmdir("sticky");
    unlink("s");
    unlink("secret");
    unlink("readonly");
    /* umask */
    mode_t old = umask(0777);
    CHECK_IS(umask(027), 0777);
    CHECK_IS(umask(07777), 027); /* only the permission bits count */
    CHECK_IS(umask(027), 0777);
    make("m", "", 0666);
    CHECK_IS(mkdir("md", 0777), 0);
    CHECK_IS(mkfifo("mf", 0666), 0);
    CHECK_IS(stat("m", &st), 0);
    CHECK_IS(st.st_mode & 0777, 0640);
    CHECK_IS(stat("md", &st), 0);
    CHECK_IS(st.st_mode & 0777, 0750);
    CHECK_IS(stat("mf", &st), 0);
    CHECK(S_ISFIFO(st.st_mode) && (st.st_mode & 0777) == 0640);
    umask(old);
    unlink("m");
    rmdir("md");
    unlink("mf");
}

/* XBD 3.170: a file name is made of any bytes but the slash and NUL. */
static void test_colons(void)
{
    struct stat st;
    char text[8] = "";
    make("a:b", "text", 0644);
    CHECK_IS(stat("a:b", &st), 0);
    CHECK_IS(stat("./a:b", &st), 0);
    CHECK_IS(access("a:b", R_OK), 0);
    CHECK_ERROR(open("a:c", O_RDONLY), ENOENT);
    CHECK_ERROR(unlink("a:c"), ENOENT);
    CHECK_IS(rename("a:b", "c:d"), 0);
    CHECK_IS(link("c:d", "e"), 0);
    CHECK_IS(rename("e", "e:"), 0);
    CHECK_IS(symlink("c:d", "l"), 0);
    int fd = open("l", O_RDONLY);
    CHECK_IS(read(fd, text, 7), 4);
    CHECK(strcmp(text, "text") == 0);
    close(fd);
    CHECK_IS(mkdir("x:y", 0755), 0);
    make("x:y/f", "", 0644);
    CHECK_IS(symlink("x:y/f", "m"), 0);
    CHECK_IS(stat("m", &st), 0);
    fd = open("x:y", O_RDONLY);
    CHECK_IS(symlinkat("f", fd, "g:h"), 0);
    CHECK_IS(fstatat(fd, "g:h", &st, AT_SYMLINK_NOFOLLOW), 0);
    CHECK_IS(renameat(fd, "g:h", AT_FDCWD, "i:j"), 0);
    close(fd);
    CHECK_IS(unlink("x:y/f"), 0);
    CHECK_IS(rmdir("x:y"), 0);
    CHECK(unlink("c:d") == 0 && unlink("e:") == 0 && unlink("i:j") == 0);
    CHECK(unlink("l") == 0 && unlink("m") == 0);
}

/* XSH open: the device of a special file does not exist. */
static void test_no_terminal(void)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        setsid();
        _exit(open("/dev/tty", O_RDWR) < 0 ? errno : 0);
    }
    int status = -1;
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status));
    CHECK_IS(WEXITSTATUS(status), ENXIO);
}

int main(void)
{
    umask(022);
    CHECK(mkdtemp(base) != NULL);
    CHECK_IS(chdir(base), 0);
    test_links();
    test_rename();
    test_permissions();
    test_colons();
    test_no_terminal();
    chdir("/");
    CHECK_IS(rmdir(base), 0);
    return posix_end();
}
