/* quota.c: does a quota stop what it should, with the right error, and give everything back? */
#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static int status_of(pid_t child)
{
    int status = -1;
    CHECK_IS(waitpid(child, &status, 0), child);
    return status;
}

static void set_quota(uint64_t pages, uint64_t processes)
{
    struct quota_limits limits = {
        .pages = pages, .kernel_bytes = UINT64_MAX, .processes = processes, .threads = UINT64_MAX};
    if (dyad_process_control(HANDLE_NONE, PROCESS_SET_QUOTA, (uintptr_t)&limits, sizeof limits) !=
        0)
        _exit(90);
}

/* In a child, so that this process keeps its own quota; the quota counts for what the child forks. */
static pid_t limited(uint64_t pages, uint64_t processes, int (*body)(void))
{
    pid_t child = fork();
    if (child == 0) {
        set_quota(pages, processes);
        pid_t inner = fork();
        if (inner == 0)
            _exit(body());
        int status;
        if (inner < 0 || waitpid(inner, &status, 0) != inner)
            _exit(91);
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status));
    }
    return child;
}

static int fork_until_refused(void)
{
    for (int i = 0; i < 100; i++) {
        pid_t child = fork();
        if (child < 0)
            return errno == EAGAIN && i == 4 ? 0 : 10 + i;
        if (child == 0) {
            sleep(10);
            _exit(0);
        }
    }
    return 1;
}

static int touch_until_killed(void)
{
    char *memory = mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return 1;
    for (size_t i = 0; i < 64 << 20; i += 4096)
        memory[i] = 1;
    return 0;
}

static void test_processes_are_limited_with_eagain(void)
{
    CHECK_IS(WEXITSTATUS(status_of(limited(UINT64_MAX, 5, fork_until_refused))), 0);
}

static void test_memory_is_limited_by_a_kill(void)
{
    CHECK_IS(WEXITSTATUS(status_of(limited(4096, 100, touch_until_killed))), 109);
}

static void test_a_quota_cannot_be_raised(void)
{
    pid_t child = fork();
    if (child == 0) {
        set_quota(UINT64_MAX, 3);
        set_quota(
            UINT64_MAX,
            1000); /* below the first one, which still counts for nothing but its own subtree */
        _exit(0);
    }
    CHECK_IS(status_of(child), 0);
}

int main(void)
{
    test_processes_are_limited_with_eagain();
    test_memory_is_limited_by_a_kill();
    test_a_quota_cannot_be_raised();
    return check_end();
}
