/*
 * test_program.c: does the Linux program end as it should, keep its streams apart and whole, give the terminal back and
 * leave no process behind? Run with the path of the program that is linked with echo_machine.c.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program.h"

#define ARGS_MAX 12

const char *program;
static char folder[] = "/tmp/dyad-arch-XXXXXX";
char image[64];

struct run {
    pid_t pid;
    int in, out, err;
    char text[2][1 << 16]; /* of stdout and stderr, for short ones */
};

static void spawn(struct run *r, const char *const args[])
{
    int in[2], out[2], err[2];
    assert_int_equal(pipe2(in, O_CLOEXEC) | pipe2(out, O_CLOEXEC) | pipe2(err, O_CLOEXEC), 0);
    const char *argv[ARGS_MAX] = {program, "--initfs", image};
    for (unsigned i = 0; args[i]; i++)
        argv[3 + i] = args[i];
    r->pid = fork();
    if (r->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed test leaves nothing running */
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(err[1], 2);
        execv(program, (char *const *)argv);
        _exit(99);
    }
    close(in[0]);
    close(out[1]);
    close(err[1]);
    r->in = in[1];
    r->out = out[0];
    r->err = err[0];
}

static void slurp(int fd, char *text, size_t bytes)
{
    size_t used = 0;
    ssize_t n;
    while (used < bytes - 1 && (n = read(fd, text + used, bytes - 1 - used)) > 0)
        used += (size_t)n;
    text[used] = '\0';
    close(fd);
}

static int status_of(pid_t pid)
{
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/* Run with empty input; returns the exit status, output in r->text. */
static int run(struct run *r, const char *const args[])
{
    spawn(r, args);
    close(r->in);
    slurp(r->out, r->text[0], sizeof(r->text[0]));
    slurp(r->err, r->text[1], sizeof(r->text[1]));
    return status_of(r->pid);
}
#define RUN(r, ...) run(r, (const char *const[]){__VA_ARGS__, NULL})

/* The children of a process with that name, at most max. */
unsigned child_pids(pid_t parent, const char *name, pid_t *pids, unsigned max)
{
    char command[100];
    snprintf(command, sizeof(command), "pgrep -P %d '%s'", (int)parent, name);
    FILE *f = popen(command, "r");
    unsigned count = 0;
    while (count < max && fscanf(f, "%d", &pids[count]) == 1)
        count++;
    pclose(f);
    return count;
}

/* Gone, or at most a zombie that a container's init has not collected. */
static bool is_gone(pid_t pid)
{
    char path[40], text[256] = "";
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");
    if (!f)
        return true;
    size_t n = fread(text, 1, sizeof(text) - 1, f);
    fclose(f);
    text[n] = '\0';
    char *state = strrchr(text, ')');
    return !state || state[2] == 'Z' || state[2] == 'X';
}

static bool all_gone_soon(const pid_t *pids, unsigned count)
{
    for (unsigned tries = 0; tries < 2000; tries++) {
        unsigned gone = 0;
        for (unsigned i = 0; i < count; i++)
            gone += is_gone(pids[i]);
        if (gone == count)
            return true;
        poll(NULL, 0, 1);
    }
    return false;
}

static void test_exit_status_is_that_of_the_machine(void **state)
{
    static struct run r;
    assert_int_equal(RUN(&r, "-c", "0"), 0);
    assert_int_equal(RUN(&r, "-c", "42"), 42);
    assert_int_equal(RUN(&r, "-c", "255"), 255);
    assert_string_equal(r.text[0], "");
    assert_string_equal(r.text[1], "");
}

static void test_streams_stay_apart(void **state)
{
    static struct run r;
    assert_int_equal(RUN(&r, "-c", "both"), 0);
    assert_string_equal(r.text[0], "out\n");
    assert_true(strcmp(r.text[1], "err\nlog\n") == 0 || strcmp(r.text[1], "log\nerr\n") == 0);
}

static void test_panic_and_crash_give_125_and_a_message(void **state)
{
    static struct run r;
    assert_int_equal(RUN(&r, "-c", "panic"), 125);
    assert_non_null(strstr(r.text[1], "kernel panic: on request"));
    assert_non_null(strstr(r.text[1], "cpu_main"));
#if !__has_feature(address_sanitizer) && \
    !__has_feature(thread_sanitizer) /* which report it their own way */
    assert_int_equal(RUN(&r, "-c", "crash"), 125);
#endif
    assert_int_equal(RUN(&r, "-c", "noboot"), 125);
}

static void expect_refusal(const char *const args[], const char *message)
{
    static struct run r;
    assert_int_equal(run(&r, args), 125);
    if (!strstr(r.text[1], message))
        fail_msg("'%s' is not in: %s", message, r.text[1]);
}
#define REFUSED(message, ...) expect_refusal((const char *const[]){__VA_ARGS__, NULL}, message)

static void test_wrong_options_say_what_to_do(void **state)
{
    REFUSED("--cores 0", "--cores", "0");
    REFUSED("1 to 64", "--cores", "65");
    REFUSED("1 to 64", "--cores=x");
    REFUSED("--cores needs a value", "--cores");
    REFUSED("16M to 1024G", "--mem", "1M");
    REFUSED("16M to 1024G", "--mem", "12Q");
    REFUSED("16M to 1024G", "--mem=99999999999999999999G");
    REFUSED("unknown option --what", "--what");
    REFUSED("--initfs", "--initfs", "/nowhere/x", "-c", "0");
    REFUSED("/nowhere", "--add", "/nowhere", "-c", "0");
    REFUSED("/nowhere.sh", "/nowhere.sh");
    REFUSED("is not a file", "/tmp");
}

static void test_small_memory_is_refused_with_a_number(void **state)
{
    char big[100];
    snprintf(big, sizeof(big), "%s/big", folder);
    int fd = open(big, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    assert_int_equal(ftruncate(fd, 20 << 20), 0);
    close(fd);
    REFUSED("--mem 36M or more", "--mem", "24M", "--add", big, "-c", "0");
    static struct run r;
    assert_int_equal(RUN(&r, "--mem", "40M", "--add", big, "-c", "3"), 3);
    unlink(big);
}

static void test_help_goes_to_stdout(void **state)
{
    static struct run r;
    assert_int_equal(RUN(&r, "--help"), 0);
    assert_non_null(strstr(r.text[0], "Usage:"));
}

/* All byte values, through both rings, with the reader slower than the writer. */
static void test_cat_is_binary_safe_both_ways(void **state)
{
    enum { BYTES = 3 << 20 };
    static const char *const args[] = {"-c", "cat", NULL};
    static struct run r;
    spawn(&r, args);
    uint8_t *data = malloc(BYTES), *back = malloc(BYTES + 1);
    for (unsigned i = 0; i < BYTES; i++)
        data[i] = (uint8_t)(i * 31 + i / 256 * 7);
    size_t sent = 0, got = 0;
    fcntl(r.in, F_SETFL, O_NONBLOCK);
    while (got < BYTES) {
        struct pollfd p[2] = {{.fd = r.out, .events = POLLIN},
                              {.fd = sent < BYTES ? r.in : -1, .events = POLLOUT}};
        assert_true(poll(p, 2, SOON) > 0);
        if (p[1].revents) {
            ssize_t n = write(r.in, data + sent, BYTES - sent);
            sent += n > 0 ? (size_t)n : 0;
        }
        if (p[0].revents) {
            ssize_t n = read(r.out, back + got, BYTES + 1 - got);
            assert_true(n > 0);
            got += (size_t)n;
        }
    }
    close(r.in);
    assert_int_equal(read(r.out, back + got, 1), 0);
    assert_int_equal(status_of(r.pid), 0);
    assert_memory_equal(data, back, BYTES);
    free(data);
    free(back);
    close(r.out);
    close(r.err);
}

/* What is written right before the end arrives, however slow the reader. */
static void test_output_is_drained_before_the_end(void **state)
{
    static const char *const args[] = {"-c", "big", "1000000", NULL};
    static struct run r;
    spawn(&r, args);
    close(r.in);
    poll(NULL, 0, 100);
    char buffer[4096];
    size_t total = 0;
    ssize_t n;
    while ((n = read(r.out, buffer, sizeof(buffer))) > 0)
        total += (size_t)n;
    assert_int_equal(total, 1000000);
    assert_int_equal(status_of(r.pid), 0);
    close(r.out);
    close(r.err);
}

static void test_closed_stdout_does_not_block(void **state)
{
    static const char *const args[] = {"-c", "big", "1000000", NULL};
    static struct run r;
    spawn(&r, args);
    close(r.in);
    close(r.out);
    assert_int_equal(status_of(r.pid), 0);
    close(r.err);
}

/* A shell's `while read` loop around dyad must keep its input. */
static void test_input_is_not_read_before_it_is_asked_for(void **state)
{
    int in[2];
    assert_int_equal(pipe(in), 0);
    assert_int_equal(write(in[1], "hello", 5), 5);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(in[0], 0);
        execl(program, program, "--initfs", image, "-c", "0", NULL);
        _exit(99);
    }
    assert_int_equal(status_of(pid), 0);
    char text[8] = "";
    assert_int_equal(read(in[0], text, 5), 5);
    close(in[0]);
    close(in[1]);
}

static void test_arguments_become_boot_arguments(void **state)
{
    static struct run r;
    setenv("TERM", "vt-test", 1);
    static const char *const args[] = {"-v", "-c", "args", "a b", "", "--cores", NULL};
    spawn(&r, args);
    close(r.in);
    ssize_t n = read(r.out, r.text[0], sizeof(r.text[0]));
    static const char want[] = "command=args\0arg=a b\0arg=\0arg=--cores\0verbose=1\0term=vt-test";
    assert_int_equal(n, sizeof(want));
    assert_memory_equal(r.text[0], want, sizeof(want));
    close(r.out);
    close(r.err);
    status_of(r.pid);
}

static void write_file(const char *name, const char *text, mode_t mode)
{
    char path[200];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, mode);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    chmod(path, mode);
}

/* Unpack the overlay with the host's cpio format reader: bsdtar or cpio may be missing, so look for names and data. */
static void test_added_files_are_in_the_archive(void **state)
{
    static struct run r;
    char path[200];
    write_file("one", "contents of one", 0754);
    snprintf(path, sizeof(path), "%s/sub", folder);
    mkdir(path, 0700);
    write_file("sub/two", "contents of two", 0600);
    char link_path[240];
    snprintf(link_path, sizeof(link_path), "%s/sub/link", folder);
    (void)!symlink("two", link_path);
    char one[200];
    snprintf(one, sizeof(one), "%s/one", folder);
    const char *const args[] = {"--add", one, "--add", path, "-c", "archive", NULL};
    spawn(&r, args);
    close(r.in);
    uint8_t *data = malloc(1 << 20);
    size_t bytes = 0;
    ssize_t n;
    while ((n = read(r.out, data + bytes, (1 << 20) - bytes)) > 0)
        bytes += (size_t)n;
    assert_int_equal(status_of(r.pid), 0);
    static const struct {
        const char *name, *data;
        unsigned mode;
    } want[] = {{"host/one", "contents of one", S_IFREG | 0754},
                {"host/sub", "", S_IFDIR | 0700},
                {"host/sub/link", "two", S_IFLNK | 0777},
                {"host/sub/two", "contents of two", S_IFREG | 0600}};
    unsigned found = 0;
    size_t at = 4096; /* the second archive starts at a page */
    for (;;) {
        unsigned mode, size, name_size;
        assert_true(at + 110 < bytes);
        assert_memory_equal(data + at, "070701", 6);
        assert_int_equal(sscanf((char *)data + at + 14, "%8x", &mode), 1);
        char digits[9] = "";
        size = (unsigned)strtoul(memcpy(digits, data + at + 54, 8), NULL, 16);
        name_size = (unsigned)strtoul(memcpy(digits, data + at + 94, 8), NULL, 16);
        const char *name = (char *)data + at + 110;
        size_t start = (at + 110 + name_size + 3) & ~3UL;
        if (strcmp(name, "TRAILER!!!") == 0)
            break;
        for (unsigned i = 0; i < 4; i++) {
            if (strcmp(name, want[i].name) != 0)
                continue;
            found++;
            assert_int_equal(mode, want[i].mode);
            assert_memory_equal(data + start, want[i].data, strlen(want[i].data));
            if (S_ISREG(mode))
                assert_int_equal(start % 4096, 0);
        }
        at = (start + size + 3) & ~3UL;
    }
    assert_int_equal(found, 4);
    free(data);
    close(r.out);
    close(r.err);
}

/* ---- processes left behind ---- */

static void start_spinning(struct run *r)
{
    static const char *const args[] = {"-c", "spin", NULL};
    spawn(r, args);
    char text[10] = "";
    assert_int_equal(read(r->out, text, 9), 9);
    assert_string_equal(text, "spinning\n");
}

static void end_by(int signal, int status)
{
    static struct run r;
    pid_t pids[64];
    start_spinning(&r);
    unsigned count = child_pids(r.pid, "dyad-stub", pids, 64);
    assert_true(count >= 5);
    kill(r.pid, signal);
    assert_int_equal(status_of(r.pid), status);
    assert_true(all_gone_soon(pids, count));
    close(r.in);
    close(r.out);
    close(r.err);
}

static void test_kill_9_leaves_no_stub(void **state)
{
    for (unsigned i = 0; i < 5; i++)
        end_by(SIGKILL, 1000 + SIGKILL);
}

static void test_signals_end_it_with_128_plus_n_and_no_stub(void **state)
{
    end_by(SIGTERM, 128 + SIGTERM);
    end_by(SIGINT, 128 + SIGINT);
    end_by(SIGHUP, 128 + SIGHUP);
}

/* Killed at any moment of its start. */
static void test_kill_9_during_the_start_leaves_no_stub(void **state)
{
    for (unsigned us = 0; us < 30000; us += 700) {
        static struct run r;
        static const char *const args[] = {"-c", "spin", NULL};
        pid_t pids[64];
        spawn(&r, args);
        usleep(us);
        unsigned count = child_pids(r.pid, "dyad-stub", pids, 64);
        kill(r.pid, SIGKILL);
        status_of(r.pid);
        assert_true(all_gone_soon(pids, count));
        close(r.in);
        /* Its end of the pipes is closed once every process that could hold it is gone. */
        slurp(r.out, r.text[0], sizeof(r.text[0]));
        slurp(r.err, r.text[1], sizeof(r.text[1]));
    }
}

/* The host's limit of processes is an error for the guest, and what it gave back can be had again. */
static void test_process_limit_of_the_host_is_eagain(void **state)
{
    static struct run r;
    int out[2];
    assert_int_equal(pipe(out), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit limit = {60, 60};
        dup2(out[1], 1);
        (void)!chmod(folder, 0755);
        (void)!chmod(image, 0644);
        /* Root has no limit; and a user id of our own, or others' processes would count. */
        if ((geteuid() == 0 && setuid((uid_t)(200000 + getpid() % 100000)) != 0) ||
            setrlimit(RLIMIT_NPROC, &limit) != 0)
            _exit(98);
        execl(program, program, "--initfs", image, "-c", "limit", NULL);
        _exit(99);
    }
    close(out[1]);
    slurp(out[0], r.text[0], sizeof(r.text[0]));
    assert_int_equal(status_of(pid), 0);
    int count = 0, status = 0;
    assert_int_equal(sscanf(r.text[0], "%d %d", &count, &status), 2);
    assert_int_equal(status, -11);
    assert_true(count > 20 && count < 60);
    assert_null(strstr(r.text[0], "lost"));
}

static int make_image(void **state)
{
    signal(SIGPIPE, SIG_IGN);
    if (!mkdtemp(folder))
        return -1;
    snprintf(image, sizeof(image), "%s/image.cpio", folder);
    int fd = open(image, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    static char empty[512];
    snprintf(empty, sizeof(empty),
             "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08xTRAILER!!!", 0, 0, 0, 0, 1,
             0, 0, 0, 0, 0, 0, 11, 0);
    bool ok = write(fd, empty, sizeof(empty)) == sizeof(empty);
    close(fd);
    return ok ? 0 : -1;
}

static int remove_folder(void **state)
{
    char command[100];
    snprintf(command, sizeof(command), "rm -rf %s", folder);
    return system(command);
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exit_status_is_that_of_the_machine),
        cmocka_unit_test(test_streams_stay_apart),
        cmocka_unit_test(test_panic_and_crash_give_125_and_a_message),
        cmocka_unit_test(test_wrong_options_say_what_to_do),
        cmocka_unit_test(test_small_memory_is_refused_with_a_number),
        cmocka_unit_test(test_help_goes_to_stdout),
        cmocka_unit_test(test_cat_is_binary_safe_both_ways),
        cmocka_unit_test(test_output_is_drained_before_the_end),
        cmocka_unit_test(test_closed_stdout_does_not_block),
        cmocka_unit_test(test_input_is_not_read_before_it_is_asked_for),
        cmocka_unit_test(test_arguments_become_boot_arguments),
        cmocka_unit_test(test_added_files_are_in_the_archive),
        cmocka_unit_test(test_kill_9_leaves_no_stub),
        cmocka_unit_test(test_signals_end_it_with_128_plus_n_and_no_stub),
        cmocka_unit_test(test_kill_9_during_the_start_leaves_no_stub),
        cmocka_unit_test(test_process_limit_of_the_host_is_eagain),
    };
    if (argc < 2)
        return 2;
    program = argv[1];
    if (argc > 2)
        cmocka_set_test_filter(argv[2]);
    int failed = cmocka_run_group_tests(tests, make_image, NULL);
    return failed + _cmocka_run_group_tests("terminal", terminal_tests, terminal_test_count, NULL,
                                            remove_folder);
}
