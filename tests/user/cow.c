/* cow.c: does fork give each process its own memory, lazily, and share what is meant to be shared? */
#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define PAGES 600
static char data[PAGES][4096];
static int initialised = 17;

static int wait_status(pid_t child)
{
    int status = -1;
    CHECK_IS(waitpid(child, &status, 0), child);
    return status;
}

static void test_child_sees_the_parents_memory_and_not_its_later_writes(void)
{
    int go[2];
    CHECK_IS(pipe(go), 0);
    for (int i = 0; i < PAGES; i++)
        data[i][i] = (char)i;
    pid_t child = fork();
    if (child == 0) {
        char byte;
        close(go[1]);
        if (read(go[0], &byte, 1) != 1)
            _exit(10);
        for (int i = 0; i < PAGES; i++) {
            if (data[i][i] != (char)i || data[i][0] != (i == 0 ? 0 : 0))
                _exit(11);
        }
        _exit(initialised == 17 ? 0 : 12);
    }
    for (int i = 0; i < PAGES; i++)
        data[i][i] = (char)~i;
    initialised = 18;
    CHECK_IS(write(go[1], "x", 1), 1);
    CHECK_IS(wait_status(child), 0);
    close(go[0]);
    close(go[1]);
}

static void test_childs_writes_stay_in_the_child(void)
{
    memset(data, 5, sizeof data);
    pid_t child = fork();
    if (child == 0) {
        memset(data, 6, sizeof data);
        initialised = 99;
        _exit(data[PAGES - 1][4095] == 6 ? 0 : 1);
    }
    CHECK_IS(wait_status(child), 0);
    for (int i = 0; i < PAGES; i++)
        CHECK(data[i][0] == 5 && data[i][4095] == 5);
}

static void test_generations_each_have_their_own_copy(void)
{
    data[0][0] = 0;
    for (int generation = 1; generation <= 5; generation++) {
        pid_t child = fork();
        if (child > 0) {
            int status = wait_status(child);
            if (generation == 1) {
                CHECK_IS(status, 0);
                CHECK_IS(data[0][0], 0);
                return;
            }
            _exit(data[0][0] == generation - 1 && status == 0 ? 0 : 1);
        }
        data[0][0] = (char)generation;
    }
    _exit(data[0][0] == 5 ? 0 : 1);
}

static void test_shared_mapping_is_shared(void)
{
    int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(shared != MAP_FAILED);
    *shared = 1;
    pid_t child = fork();
    if (child == 0) {
        *shared = 2;
        _exit(0);
    }
    CHECK_IS(wait_status(child), 0);
    CHECK_IS(*shared, 2);
    CHECK_IS(munmap(shared, 4096), 0);
}

static void test_text_cannot_be_written(void)
{
    pid_t child = fork();
    if (child == 0) {
        *(volatile char *)(uintptr_t)&test_text_cannot_be_written = 0;
        _exit(0);
    }
    int status = wait_status(child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == 11);
}

static void test_writable_and_executable_is_refused(void)
{
    CHECK(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
               0) == MAP_FAILED);
    CHECK_IS(errno, ENOTSUP);
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK_IS(mprotect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC), -1);
    CHECK_IS(errno, ENOTSUP);
    CHECK_IS(munmap(page, 4096), 0);
}

int main(void)
{
    test_child_sees_the_parents_memory_and_not_its_later_writes();
    test_childs_writes_stay_in_the_child();
    test_generations_each_have_their_own_copy();
    test_shared_mapping_is_shared();
    test_text_cannot_be_written();
    test_writable_and_executable_is_refused();
    return check_end();
}
