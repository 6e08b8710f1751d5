/* streams.c: standard input and output: modes, buffers, positions, pushing back, reopening, temporary files, commands. */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

#include "posix_test.h"

static char path[] = "/tmp/posix_streams_XXXXXX";

static void put(const char *text)
{
    FILE *f = fopen(path, "w");
    CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static const char *contents(void)
{
    static char text[1000];
    int fd = open(path, O_RDONLY);
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    text[n < 0 ? 0 : n] = 0;
    return text;
}

static void test_modes(void)
{
    static const struct {
        const char *mode;
        int access, flags;
    } modes[] = {{"r", O_RDONLY, 0},       {"rb", O_RDONLY, 0},       {"r+", O_RDWR, 0},
                 {"rb+", O_RDWR, 0},       {"r+b", O_RDWR, 0},        {"w", O_WRONLY, 0},
                 {"w+", O_RDWR, 0},        {"a", O_WRONLY, O_APPEND}, {"ab", O_WRONLY, O_APPEND},
                 {"a+", O_RDWR, O_APPEND}, {"ab+", O_RDWR, O_APPEND}};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        put("text");
        FILE *f = fopen(path, modes[i].mode);
        CHECK(f != NULL);
        CHECK_IS(fcntl(fileno(f), F_GETFL) & (O_ACCMODE | O_APPEND),
                 modes[i].access | modes[i].flags);
        CHECK_IS(strlen(contents()), *modes[i].mode == 'w' ? 0 : 4);
        errno = 0;
        if (modes[i].access == O_WRONLY) {
            CHECK(fgetc(f) == EOF && ferror(f) && !feof(f) && errno == EBADF);
        } else if (modes[i].access == O_RDONLY) {
            CHECK(fputc('x', f) == EOF && ferror(f) && errno == EBADF);
        }
        clearerr(f);
        CHECK(!ferror(f) && !feof(f));
        CHECK_IS(fclose(f), 0);
    }
    CHECK(fopen(path, "q") == NULL && errno == EINVAL);
    CHECK(fopen("/no/such", "r") == NULL && errno == ENOENT);
    CHECK(fopen("/no/such", "w") == NULL && errno == ENOENT);
    CHECK(fopen("/tmp", "w") == NULL && errno == EISDIR);
    CHECK(fopen(path, "wx") == NULL && errno == EEXIST);
    FILE *f = fopen(path, "re");
    CHECK_IS(fcntl(fileno(f), F_GETFD), FD_CLOEXEC);
    fclose(f);
    int fd = open(path, O_RDONLY);
    CHECK(fdopen(-1, "r") == NULL && errno == EBADF);
    CHECK(fdopen(fd, "w") == NULL && errno == EINVAL);
    CHECK(fdopen(fd, "q") == NULL && errno == EINVAL);
    f = fdopen(fd, "r");
    CHECK(f && fileno(f) == fd);
    CHECK_IS(fclose(f), 0);
    CHECK_IS(fcntl(fd, F_GETFD), -1);
    f = fopen(path, "r");
    close(fileno(f));
    CHECK(fgetc(f) == EOF && errno == EBADF && ferror(f));
    CHECK_ERROR(fclose(f), EBADF);
}

static void test_positions(void)
{
    fpos_t pos;
    put("0123456789");
    FILE *f = fopen(path, "r+");
    CHECK_IS(ftell(f), 0);
    CHECK_IS(fgetc(f), '0');
    CHECK_IS(fgetpos(f, &pos), 0);
    CHECK_IS(fseek(f, 2, SEEK_CUR), 0);
    CHECK_IS(fgetc(f), '3');
    CHECK_IS(fseeko(f, -1, SEEK_END), 0);
    CHECK_IS(ftello(f), 9);
    CHECK_IS(fgetc(f), '9');
    CHECK_IS(fgetc(f), EOF);
    CHECK(feof(f));
    CHECK_IS(fseek(f, 0, SEEK_CUR), 0);
    CHECK(!feof(f));
    CHECK_IS(fsetpos(f, &pos), 0);
    CHECK_IS(fgetc(f), '1');
    CHECK_ERROR(fseek(f, -1, SEEK_SET), EINVAL);
    CHECK_ERROR(fseek(f, 0, 99), EINVAL);
    CHECK_IS(ftell(f), 2);
    CHECK_IS(ungetc('x', f), 'x');
    CHECK_IS(ftell(f), 1);
    CHECK_IS(fgetc(f), 'x');
    CHECK_IS(ftell(f), 2);
    CHECK_IS(ungetc('y', f), 'y');
    CHECK_IS(fseek(f, 0, SEEK_CUR), 0); /* forgets what was pushed back */
    CHECK_IS(ungetc(EOF, f), EOF);
    CHECK_IS(fseek(f, 4, SEEK_SET), 0);
    CHECK(fputs("AB", f) >= 0);
    CHECK_IS(fseek(f, 0, SEEK_CUR), 0);
    CHECK_IS(fgetc(f), '6');
    CHECK_IS(fseek(f, 20, SEEK_SET), 0);
    CHECK_IS(fputc('z', f), 'z');
    CHECK_IS(ftell(f), 21);
    rewind(f);
    char line[30];
    CHECK_IS(fread(line, 1, sizeof line, f), 21);
    CHECK(memcmp(line, "0123AB6789\0\0\0\0\0\0\0\0\0\0z", 21) == 0);
    CHECK_IS(fclose(f), 0);
    int p[2];
    CHECK_IS(pipe(p), 0);
    f = fdopen(p[0], "r");
    CHECK_ERROR(fseek(f, 0, SEEK_SET), ESPIPE);
    CHECK_ERROR(ftell(f), ESPIPE);
    CHECK(fgetpos(f, &pos) != 0 && errno == ESPIPE);
    close(p[1]);
    CHECK_IS(fgetc(f), EOF);
    CHECK(feof(f) && !ferror(f));
    CHECK_IS(ungetc('u', f), 'u');
    CHECK(!feof(f));
    CHECK_IS(fgetc(f), 'u');
    fclose(f);
    /* Appending goes to the end wherever the stream reads. */
    put("abc");
    f = fopen(path, "a+");
    CHECK_IS(fgetc(f), 'a');
    CHECK_IS(fseek(f, 0, SEEK_SET), 0);
    CHECK_IS(fputc('d', f), 'd');
    CHECK_IS(fflush(f), 0);
    CHECK_IS(ftell(f), 4);
    CHECK_IS(fclose(f), 0);
    CHECK(strcmp(contents(), "abcd") == 0);
}

/* fflush and fclose on input put the descriptor where the stream is; the next process goes on there. */
static void test_shared_position(void)
{
    put("line 1\nline 2\nline 3\n");
    int fd = open(path, O_RDONLY);
    FILE *f = fdopen(dup(fd), "r");
    char line[30];
    CHECK(fgets(line, sizeof line, f) && strcmp(line, "line 1\n") == 0);
    CHECK_IS(fflush(f), 0);
    CHECK_IS(lseek(fd, 0, SEEK_CUR), 7);
    CHECK(fgets(line, sizeof line, f) && strcmp(line, "line 2\n") == 0);
    CHECK_IS(fclose(f), 0);
    off_t left_at = lseek(fd, 0, SEEK_CUR);
    CHECK(left_at == 14 || left_at == 21); /* glibc leaves it where it has read to */
    CHECK_IS(lseek(fd, 14, SEEK_SET), 14);
    f = fdopen(fd, "r");
    CHECK(fgets(line, 5, f) && strcmp(line, "line") == 0);
    CHECK(fgets(line, 1, f) && *line == 0);
    CHECK(fgets(line, sizeof line, f) && strcmp(line, " 3\n") == 0);
    CHECK(fgets(line, sizeof line, f) == NULL && feof(f));
    CHECK(strcmp(line, " 3\n") == 0); /* unchanged */
    fclose(f);
}

static void test_buffers(void)
{
    char buf[64], mine[BUFSIZ];
    FILE *f = fopen(path, "w");
    CHECK_IS(setvbuf(f, mine, _IOFBF, sizeof mine), 0);
    fputs("held", f);
    CHECK(*contents() == 0);
    CHECK_IS(fflush(f), 0);
    CHECK(strcmp(contents(), "held") == 0);
    fputs("more", f);
    CHECK_IS(fflush(NULL), 0);
    CHECK(strcmp(contents(), "heldmore") == 0);
    fclose(f);
    f = fopen(path, "w");
    CHECK_IS(setvbuf(f, NULL, _IOLBF, 0), 0);
    fputs("a\nb", f);
    CHECK(strcmp(contents(), "a\n") == 0);
    fclose(f);
    f = fopen(path, "w");
    setbuf(f, NULL);
    fputs("now", f);
    CHECK(strcmp(contents(), "now") == 0);
    CHECK(setvbuf(f, NULL, 77, 10) != 0);
    fclose(f);
    f = fopen(path, "w+");
    CHECK_IS(fwrite("abcdef", 2, 3, f), 3);
    CHECK_IS(fwrite("x", 0, 3, f), 0);
    CHECK_IS(fwrite("x", 3, 0, f), 0);
    rewind(f);
    CHECK_IS(fread(buf, 4, 2, f), 1); /* one whole, a part of another */
    CHECK(feof(f));
    CHECK_IS(fread(buf, 0, 2, f), 0);
    fclose(f);
    signal(SIGPIPE, SIG_IGN);
    int p[2];
    CHECK_IS(pipe(p), 0);
    close(p[0]);
    f = fdopen(p[1], "w");
    fputs("x", f);
    CHECK(fflush(f) == EOF && errno == EPIPE);
    fclose(f);
}

/* What was for a descriptor that has been closed does not come out at another file that gets its number. */
static void test_closed_below(void)
{
    FILE *f = fopen(path, "w");
    int fd = fileno(f), kept = dup(fd);
    CHECK_IS(close(fd), 0);
    CHECK(fputs("lost", f) >= 0);
    CHECK(fflush(f) == EOF && errno == EBADF);
    CHECK(ferror(f));
    CHECK_IS(dup2(kept, fd), fd);
    clearerr(f);
    CHECK(fputs("later", f) >= 0);
    CHECK_IS(fflush(f), 0);
    CHECK(strcmp(contents(), "later") == 0);
    CHECK_IS(fclose(f), 0);
    close(kept);
}

static void test_reopening(void)
{
    put("first");
    FILE *f = fopen(path, "r");
    CHECK_IS(fgetc(f), 'f');
    CHECK(freopen("/dev/null", "r", f) == f);
    CHECK_IS(fgetc(f), EOF);
    CHECK(freopen(path, "r", f) == f);
    CHECK_IS(fgetc(f), 'f');
    CHECK_IS(ftell(f), 1);
    CHECK(freopen("/no/such", "r", f) == NULL && errno == ENOENT);
    f = fopen(path, "r+");
    CHECK(freopen(NULL, "r", f) == f); /* another mode */
    CHECK(fputc('x', f) == EOF);
    fclose(f);
}

static void test_temporary(void)
{
    struct stat st;
    FILE *f = tmpfile();
    CHECK(f != NULL);
    CHECK_IS(fstat(fileno(f), &st), 0);
    CHECK_IS(st.st_nlink, 0);
    CHECK_IS(st.st_mode & 077, 0);
    fputs("t", f);
    rewind(f);
    CHECK_IS(fgetc(f), 't');
    fclose(f);
    char name[] = "/tmp/posixXXXXXX", bad[] = "/tmp/posixXXXXX", none[] = "/no/such/XXXXXX";
    int fd = mkstemp(name);
    CHECK(fd >= 0 && strcmp(name, "/tmp/posixXXXXXX") != 0);
    CHECK_IS(fstat(fd, &st), 0);
    CHECK_IS(st.st_mode & 07777, 0600);
    CHECK_IS(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
    close(fd);
    unlink(name);
    CHECK_ERROR(mkstemp(bad), EINVAL);
    CHECK_ERROR(mkstemp(none), ENOENT);
    char dir[] = "/tmp/posixdXXXXXX";
    CHECK(mkdtemp(dir) == dir);
    CHECK_IS(stat(dir, &st), 0);
    CHECK_IS(st.st_mode & 0777, 0700);
    char *made = tempnam(dir, "pfx");
    CHECK(made && strncmp(strrchr(made, '/') + 1, "pfx", 3) == 0);
    free(made);
    rmdir(dir);
    char a[L_tmpnam], b[L_tmpnam];
    CHECK(tmpnam(a) == a && tmpnam(b) == b && strcmp(a, b) != 0);
    CHECK_IS(access(a, F_OK), -1);
    CHECK(L_tmpnam > 0 && TMP_MAX >= 10000 && FOPEN_MAX >= 8 && BUFSIZ >= 256);
    CHECK(remove("/no/such") == -1 && errno == ENOENT);
    CHECK_IS(mkdir(path + 0, 0755), -1);
    CHECK_IS(remove(path), 0);
    CHECK_IS(mkdir(path, 0755), 0);
    CHECK_IS(remove(path), 0); /* a directory, too */
    put("");
}

static void test_commands(void)
{
    char line[40];
    FILE *f = popen("echo out; exit 3", "r");
    CHECK(f && fgets(line, sizeof line, f) && strcmp(line, "out\n") == 0);
    int status = pclose(f);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    sprintf(line, "cat >%s", path);
    f = popen(line, "w");
    CHECK(f && fputs("through", f) >= 0);
    CHECK_IS(pclose(f), 0);
    CHECK(strcmp(contents(), "through") == 0);
    CHECK(popen("true", "x") == NULL && errno == EINVAL);
    CHECK(system(NULL) != 0);
    status = system("exit 5");
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 5);
    status = system("kill -9 $$");
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    status = system("/no/such/command 2>/dev/null");
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 127);
}

static void test_scanning(void)
{
    int a, b, n = -1;
    unsigned u;
    char s[20], c;
    long l;
    double d;
    put("12 abc 0x1f\n-7.5e1 %z");
    FILE *f = fopen(path, "r");
    CHECK_IS(fscanf(f, "%d %3s%i%n", &a, s, &b, &n), 3);
    CHECK(a == 12 && strcmp(s, "abc") == 0 && b == 31 && n == 11);
    CHECK_IS(fscanf(f, "%lf%%%c", &d, &c), 2); /* %% skips blanks */
    CHECK(d == -75 && c == 'z');
    fclose(f);
    f = fopen(path, "r");
    CHECK_IS(fscanf(f, "%*d%*s%x%*d", &u), 1);
    CHECK_IS(u, 31);
    fclose(f);
    CHECK_IS(sscanf("", "%d", &a), EOF);
    CHECK_IS(sscanf("  ", "%d", &a), EOF);
    CHECK_IS(sscanf("x", "%d", &a), 0);
    CHECK_IS(sscanf("5", "%d%d", &a, &b), 1);
    CHECK_IS(sscanf("abc]d", "%[^]]]%c", s, &c), 2);
    CHECK(strcmp(s, "abc") == 0 && c == 'd');
    CHECK_IS(sscanf("a-c", "%[a-c-]", s), 1);
    CHECK(strcmp(s, "a-c") == 0);
    CHECK_IS(sscanf("1 2", "%2$d %1$d", &a, &b), 2);
    CHECK(a == 2 && b == 1);
    CHECK_IS(sscanf("9 8", "%ld%n", &l, &n), 1);
    CHECK(l == 9 && n == 1);
    char *m = NULL;
    CHECK_IS(sscanf("allocated", "%ms", &m), 1);
    CHECK(m && strcmp(m, "allocated") == 0);
    free(m);
    CHECK_IS(sscanf("inf nan", "%lf%*s", &d), 1);
    CHECK(d > 1e308);
}

static void test_memory_streams(void)
{
    char buf[10], *text;
    size_t size;
    FILE *f = fmemopen(buf, sizeof buf, "w");
    CHECK_IS(fputs("hello", f) >= 0, 1);
    CHECK_IS(fflush(f), 0);
    CHECK(strcmp(buf, "hello") == 0);
    fclose(f);
    f = fmemopen("constant", 8, "r");
    CHECK_IS(fseek(f, -3, SEEK_END), 0);
    CHECK_IS(fgetc(f), 'a');
    CHECK_IS(fseek(f, 9, SEEK_SET), -1);
    fclose(f);
    strcpy(buf, "abc");
    f = fmemopen(buf, sizeof buf, "a+");
    CHECK_IS(ftell(f), 3);
    fputc('d', f);
    fclose(f);
    CHECK(strcmp(buf, "abcd") == 0);
    f = fmemopen(NULL, 10, "w+");
    CHECK(f != NULL);
    fputs("x", f);
    rewind(f);
    CHECK_IS(fgetc(f), 'x');
    fclose(f);
    f = open_memstream(&text, &size);
    CHECK_IS(fprintf(f, "%d", 12345), 5);
    CHECK_IS(fflush(f), 0);
    CHECK(size == 5 && strcmp(text, "12345") == 0);
    CHECK_IS(fseek(f, 1, SEEK_SET), 0);
    fputc('x', f);
    CHECK_IS(fflush(f), 0);
    CHECK(size == 2);
    CHECK_IS(fseek(f, 8, SEEK_SET), 0);
    fputc('y', f);
    CHECK_IS(fclose(f), 0);
    CHECK(size == 9 && memcmp(text, "1x345\0\0\0y", 10) == 0);
    free(text);
}

static void test_lines(void)
{
    char *line = NULL;
    size_t room = 0;
    put("one\n\nlast");
    FILE *f = fopen(path, "r");
    CHECK_IS(getline(&line, &room, f), 4);
    CHECK_IS(getline(&line, &room, f), 1);
    CHECK_IS(getline(&line, &room, f), 4);
    CHECK(strcmp(line, "last") == 0);
    CHECK_IS(getline(&line, &room, f), -1);
    CHECK(feof(f));
    rewind(f);
    CHECK_IS(getdelim(&line, &room, 't', f), 9);
    CHECK_ERROR(getline(NULL, &room, f), EINVAL);
    CHECK_ERROR(getline(&line, NULL, f), EINVAL);
    fclose(f);
    free(line);
    /* Orientation: the first use decides, and freopen forgets it. */
    f = fopen(path, "r");
    CHECK_IS(fwide(f, 0), 0);
    fgetc(f);
    CHECK(fwide(f, 0) < 0);
    CHECK(fwide(f, 1) < 0);
    f = freopen(path, "r", f);
    CHECK_IS(fwide(f, 0), 0);
    CHECK_IS(fgetwc(f), L'o');
    CHECK(fwide(f, 0) > 0);
    fclose(f);
    CHECK_IS(fprintf(stdout, "%s", ""), 0);
    CHECK_IS(snprintf(NULL, 0, "%d%%", 100), 4);
    char small[4];
    CHECK_IS(snprintf(small, sizeof small, "%s", "abcdef"), 6);
    CHECK(strcmp(small, "abc") == 0);
    CHECK_IS(dprintf(-1, "x"), -1);
    CHECK_IS(errno, EBADF);
    CHECK_IS(ftrylockfile(stdout), 0);
    flockfile(stdout); /* counts */
    funlockfile(stdout);
    funlockfile(stdout);
    char terminal[L_ctermid];
    CHECK(*ctermid(NULL) == '/' && *ctermid(terminal) == '/' && *terminal == '/');
}

/* exit writes what is buffered and puts the position of what was read; _exit does not. */
static void test_exit(void)
{
    put("");
    for (int i = 0; i < 2; i++) {
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0) {
            FILE *f = fopen(path, "a");
            fputs(i ? "_exit" : "exit", f);
            if (i)
                _exit(0);
            exit(0);
        }
        waitpid(pid, NULL, 0);
    }
    CHECK(strcmp(contents(), "exit") == 0);
}

int main(void)
{
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    close(fd);
    test_modes();
    test_positions();
    test_shared_position();
    test_buffers();
    test_closed_below();
    test_reopening();
    test_temporary();
    test_commands();
    test_scanning();
    test_memory_streams();
    test_lines();
    test_exit();
    unlink(path);
    return posix_end();
}
