/* terminal.c: does an interactive session work on a real terminal? */
#include <ctype.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pty.h"

#define SOON 5000

static struct pty pty;

static void expect(const char *text)
{
    assert_true(pty_expect(&pty, text, SOON));
}

/* Between the helpers the shell's prompt has always been seen, so what is typed is read by the shell. */
static void start(void)
{
    char *argv[] = {getenv("DYAD_HOSTED"), "--initfs", getenv("DYAD_INITFS"), NULL, NULL, NULL};
    if (getenv("DYAD_CORES") != NULL) {
        argv[3] = "--cores";
        argv[4] = getenv("DYAD_CORES");
    }
    pty_start(&pty, argv, 24, 80);
    assert_true(pty_expect(&pty, "# ", 20000));
}

/* Type a line, wait for the output that follows the echo and for the next prompt. */
static void line(const char *text, const char *answer)
{
    pty_type(&pty, text);
    pty_type(&pty, "\r");
    expect(answer);
    expect("# ");
}

/* A job that says when it runs: what is typed then is the job's. */
#define JOB    "sh -c \"echo runs; exec sleep 100\"" /* as dash prints it */
#define READER "sh -c \"echo runs; read x; echo got; exec sleep 100\""
static void start_job(const char *job)
{
    pty_type(&pty, job);
    pty_type(&pty, "\r");
    expect("\nruns\r\n");
}

static void stop_job(void)
{
    pty_type(&pty, "\032");
    expect("Stopped");
    expect("# ");
}

static void finish(void)
{
    pty_type(&pty, "\004");
    int status = pty_wait(&pty, SOON);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_command_and_ctrl_d_end_the_session(void **state)
{
    (void)state;
    start();
    line("echo $((6 * 7))", "\n42\r\n");
    finish();
}

static void test_reboot_starts_another_session_on_the_same_terminal(void **state)
{
    (void)state;
    start();
    line("echo mark >/tmp/mark; cat /tmp/mark", "\nmark\r\n");
    pty_type(&pty, "reboot\r");
    expect("reboot\r\n");
    assert_true(pty_expect(&pty, "# ", 20000));
    line("cat /tmp/mark", "No such file");
    line("stty size", "\n24 80\r\n");
    finish();
}

static void test_exit_status_is_the_shells(void **state)
{
    (void)state;
    start();
    pty_type(&pty, "exit 9\r");
    int status = pty_wait(&pty, SOON);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 9);
}

static void test_line_editing_erases_characters_words_and_lines(void **state)
{
    (void)state;
    start();
    line("echo abx\177c", "\nabc\r\n");              /* VERASE */
    line("echo one twoo\027two", "\none two\r\n");   /* VWERASE */
    line("nonsense\025echo killed", "\nkilled\r\n"); /* VKILL */
    line("echo a\026\003b | cat", "\na\003b\r\n");   /* VLNEXT */
    line("echo \303\244\177x", "\nx\r\n");           /* a whole UTF-8 character */
    finish();
}

static void test_ctrl_c_ends_the_foreground_job_only(void **state)
{
    (void)state;
    start();
    start_job(JOB);
    pty_type(&pty, "\003");
    expect("^C");
    expect("# ");
    line("echo status $?", "\nstatus 130\r\n");
    finish();
}

static void test_ctrl_z_bg_jobs(void **state)
{
    (void)state;
    start();
    start_job(JOB);
    stop_job();
    line("jobs", "Stopped");
    line("bg", JOB);
    line("jobs", "Running");
    line("kill %1; wait; jobs; echo no''ne", "no''ne\r\n");
    line("jobs; echo no''ne", "no''ne\r\nnone\r\n"); /* nothing between */
    finish();
}

/* The shell prints the job before it puts it into the foreground, so the job reads a line before ^C is typed. */
static void test_ctrl_z_fg(void **state)
{
    (void)state;
    start();
    start_job(READER);
    stop_job();
    pty_type(&pty, "fg\r");
    expect("\n" READER "\r\n");
    pty_type(&pty, "x\r");
    expect("\ngot\r\n");
    pty_type(&pty, "\003");
    expect("# ");
    line("echo status $?", "\nstatus 130\r\n");
    line("jobs; echo no''ne", "no''ne\r\nnone\r\n"); /* nothing between */
    finish();
}

static void test_background_read_stops_the_job(void **state)
{
    (void)state;
    start();
    line("cat & until jobs >/tmp/jobs; grep Stop''ped /tmp/jobs; do :; done", "Stopped");
    /* `wait` does not wait for what the shell takes for stopped. */
    line(
        "kill %1; kill -CONT %1; while jobs >/tmp/jobs; grep -q cat /tmp/jobs; do :; done; echo gone",
        "\ngone\r\n");
    finish();
}

static void test_window_size_is_known_and_follows(void **state)
{
    (void)state;
    start();
    line("stty size", "\n24 80\r\n");
    pty_resize(&pty, 40, 132);
    line("until stty size | grep 132; do :; done", "\n40 132\r\n");
    finish();
}

static void test_resize_sends_sigwinch(void **state)
{
    (void)state;
    start();
    line("trap 'stop=1' WINCH; echo set", "\nset\r\n");
    pty_type(
        &pty,
        "echo ru''ns; until [ $stop ]; do :; done; stty size\r"); /* the shell is in the foreground */
    expect("runs\r\n");
    pty_resize(&pty, 30, 100);
    expect("30 100\r\n");
    expect("# ");
    finish();
}

/* The session goes on with its terminal, its job control and its window size. */
static void test_killed_tty_comes_back(void **state)
{
    (void)state;
    start();
    line(
        "p() { ps | while read pid a b c d e name; do if [ $name = tty ]; then echo $pid; fi; done; }; echo set",
        "\nset\r\n");
    for (int round = 0; round < 3; round++) {
        line("kill -9 $(p); echo ki''lled", "killed\r\n");
        line("echo $((6 * 7))", "\n42\r\n");
        start_job(JOB);
        pty_type(&pty, "\003");
        expect("# ");
        line("stty size", "\n24 80\r\n");
    }
    finish();
}

/* Also while a job writes and another process waits for input. */
static void test_killed_tty_in_the_middle_of_traffic(void **state)
{
    (void)state;
    start();
    line(
        "p() { ps | while read pid a b c d e name; do if [ $name = tty ]; then echo $pid; fi; done; }; echo set",
        "\nset\r\n");
    for (int round = 0; round < 3; round++) {
        line(
            "(while :; do echo; done) & cat & kill -9 $(p); kill -9 $!; kill -9 %1 %2; wait; echo an''swers",
            "answers\r\n");
    }
    line("echo $((6 * 7))", "\n42\r\n");
    finish();
}

/* CPU time in ms, that of its ended children included, of the process if it is `machine` or one of its children. 0: it is not. */
static long cpu_ms_of(const char *pid, int machine)
{
    char path[64];
    int parent = 0;
    unsigned long user = 0, system = 0;
    long child_user = 0, child_system = 0;
    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    int got =
        fscanf(file, "%*d (%*[^)]) %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld",
               &parent, &user, &system, &child_user, &child_system);
    fclose(file);
    if (got != 5 || (parent != machine && atoi(pid) != machine))
        return 0;
    return ((long)(user + system) + child_user + child_system) * 1000 / sysconf(_SC_CLK_TCK);
}

/* The CPU time of the machine: dyad and its stubs. */
static long machine_cpu_ms(void)
{
    long sum = 0;
    DIR *processes = opendir("/proc");
    assert_non_null(processes);
    for (struct dirent *entry; (entry = readdir(processes)) != NULL;)
        if (isdigit((unsigned char)entry->d_name[0]))
            sum += cpu_ms_of(entry->d_name, (int)pty.pid);
    closedir(processes);
    return sum;
}

/*
 * While the job `load` goes on in the background, a command with two processes answers within a second. The clock is the CPU time
 * that the machine gets, all its cores together, so that other work on the host makes no difference.
 */
static void stays_responsive(const char *load)
{
    const char *cores = getenv("DYAD_CORES");
    long second = 1000 * (cores != NULL ? atol(cores) : sysconf(_SC_NPROCESSORS_ONLN));
    start();
    /* What the machine does while this program waits for a processor is not the command's: as root, do not wait. */
    if (setpriority(PRIO_PROCESS, 0, -20) != 0)
        print_message("without root: other work on the host counts a little\n");
    pty_type(&pty, load);
    line(" >/dev/null 2>&1 & echo lo''ad", "load\r\n");
    for (int i = 0; i < 20; i++) {
        long before = machine_cpu_ms();
        pty_type(&pty, "uname | cat\r");
        assert_true(pty_expect(&pty, "Dyad\r\n", 6 * SOON));
        assert_true(machine_cpu_ms() - before <=
                    second); /* below 0: a stub ended while we added up */
        expect("# ");
    }
    line("kill -9 %1; echo ki''lled", "killed\r\n");
    pty_type(&pty, "exit 0\r");
    assert_int_equal(pty_wait(&pty, SOON), 0);
    (void)setpriority(PRIO_PROCESS, 0, 0);
}

static void test_fork_bomb_leaves_the_shell_responsive(void **state)
{
    (void)state;
    stays_responsive("limit --procs 40 --mem 64M sh -c 'f() { f | f & }; while :; do f; done'");
}

static void test_memory_hog_leaves_the_shell_responsive(void **state)
{
    (void)state;
    stays_responsive("while :; do limit --mem 16M sh -c 'x=x; while :; do x=$x$x; done'; done");
}

static void test_escape_key_leaves_a_stuck_session(void **state)
{
    (void)state;
    start();
    pty_type(&pty, "trap '' INT QUIT TSTP; echo st''uck; while :; do :; done\r");
    expect("stuck\r\n");
    pty_type(&pty, "\003\034");
    pty_type(&pty, "\035q");
    int status = pty_wait(&pty, SOON);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 130);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_command_and_ctrl_d_end_the_session),
        cmocka_unit_test(test_reboot_starts_another_session_on_the_same_terminal),
        cmocka_unit_test(test_exit_status_is_the_shells),
        cmocka_unit_test(test_line_editing_erases_characters_words_and_lines),
        cmocka_unit_test(test_ctrl_c_ends_the_foreground_job_only),
        cmocka_unit_test(test_ctrl_z_bg_jobs),
        cmocka_unit_test(test_ctrl_z_fg),
        cmocka_unit_test(test_background_read_stops_the_job),
        cmocka_unit_test(test_window_size_is_known_and_follows),
        cmocka_unit_test(test_resize_sends_sigwinch),
        cmocka_unit_test(test_killed_tty_comes_back),
        cmocka_unit_test(test_killed_tty_in_the_middle_of_traffic),
        cmocka_unit_test(test_fork_bomb_leaves_the_shell_responsive),
        cmocka_unit_test(test_memory_hog_leaves_the_shell_responsive),
        cmocka_unit_test(test_escape_key_leaves_a_stuck_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
