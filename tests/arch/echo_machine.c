/*
 * echo_machine.c: a core that does one small thing, chosen by the boot argument command=, so that test_program.c can
 * check the Linux program around it (options, consoles, terminal, ends) without a system inside.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/event.h"
#include "abi/syscall.h"
#include "core/machine.h"

#define CHUNK 1000

static struct {
    const struct boot_info *info;
    struct cpu cpus[DYAD_CPUS_MAX];
    const char *command;
} echo;

_Noreturn void assert_failed(const char *expression, const char *file, int line)
{
    char text[200];
    snprintf(text, sizeof(text), "%s:%d: assertion failed: %s", file, line, expression);
    arch_panic(text);
}

/* The value of the n-th argument `key`, or NULL. */
static const char *argument(const char *key, unsigned n)
{
    const struct boot_info *info = echo.info;
    size_t length = strlen(key);
    for (const char *a = info->args; a < info->args + info->args_bytes; a += strlen(a) + 1)
        if (strncmp(a, key, length) == 0 && a[length] == '=' && n-- == 0)
            return a + length + 1;
    return NULL;
}

static void wait_for_device(void)
{
    if (!arch_pending())
        arch_cpu_idle();
}

static void write_all(enum arch_device device, const void *data, size_t bytes)
{
    const char *p = data;
    while (bytes) {
        int64_t n = arch_device_write(device, p, bytes);
        if (n < 0)
            return; /* nobody reads it any more */
        if (n == 0) {
            wait_for_device();
            continue;
        }
        p += n;
        bytes -= (size_t)n;
    }
}

static void say(const char *text)
{
    write_all(ARCH_DEVICE_CONSOLE1, text, strlen(text));
}

static void run_cat(void)
{
    char data[CHUNK];
    int64_t n;
    while ((n = arch_device_read(ARCH_DEVICE_CONSOLE0, data, sizeof(data))) >= 0) {
        if (n == 0)
            wait_for_device();
        write_all(ARCH_DEVICE_CONSOLE1, data, (size_t)n);
    }
}

/* A session on the terminal: echoes; 'x' ends with status 7, 's' tells the size. */
static void run_session(void)
{
    char c;
    say("ready\r\n");
    for (;;) {
        int64_t n = arch_device_read(ARCH_DEVICE_CONSOLE0, &c, 1);
        if (n < 0)
            arch_halt(9);
        if (arch_device_poll(ARCH_DEVICE_CONSOLE_SIZE) & EVENT_READABLE || (n == 1 && c == 's')) {
            struct tty_winsize size;
            char text[64];
            (void)arch_device_read(ARCH_DEVICE_CONSOLE_SIZE, &size, sizeof(size));
            snprintf(text, sizeof(text), "size %u %u\r\n", size.rows, size.cols);
            say(text);
        }
        if (n == 0) {
            wait_for_device();
            continue;
        }
        if (c == 'x')
            arch_halt(7);
        if (c == 'h')
            for (;;)
                arch_cpu_relax(0); /* all is stuck */
        if (c == 'p')
            arch_panic("as typed");
        write_all(ARCH_DEVICE_CONSOLE0, &c, 1);
    }
}

static void run_big(void)
{
    uint64_t count = strtoull(argument("arg", 0), NULL, 10);
    uint32_t state = 1;
    char data[CHUNK];
    for (uint64_t i = 0; i < count; i++) {
        state = state * 1103515245 + 12345;
        data[i % CHUNK] = (char)(state >> 16);
        if (i % CHUNK == CHUNK - 1 || i + 1 == count)
            write_all(ARCH_DEVICE_CONSOLE1, data, i % CHUNK + 1);
    }
}

static void run_archive(void)
{
    write_all(ARCH_DEVICE_CONSOLE1, arch_phys_ptr(echo.info->initfs.base), echo.info->initfs_bytes);
}

static void run_args(void)
{
    write_all(ARCH_DEVICE_CONSOLE1, echo.info->args, echo.info->args_bytes);
}

static void run_both(void)
{
    say("out\n");
    write_all(ARCH_DEVICE_CONSOLE2, "err\n", 4);
    (void)arch_device_write(ARCH_DEVICE_LOG, "log\n", 4);
}

/* Some spaces with a program in each that never ends. */
static void run_spin(void)
{
    static const uint8_t loop[] = {0xf3, 0x90, 0xeb, 0xfc}; /* pause; jmp */
    struct arch_space spaces[5];
    struct arch_user user;
    uint64_t page = echo.info->ram[0].base;
    memcpy(arch_phys_ptr(page), loop, sizeof(loop));
    for (unsigned i = 0; i < 5; i++) {
        if (arch_space_init(&spaces[i]) != 0 ||
            arch_space_map(&spaces[i], DYAD_IMAGE_BASE, page, 1, MAP_PROT_READ | MAP_PROT_EXEC) !=
                0 ||
            arch_user_init(&user, &spaces[i], DYAD_IMAGE_BASE, 0, 0, 0) != 0)
            arch_panic("no spaces");
    }
    say("spinning\n");
    for (;;) {
        struct trap trap;
        arch_user_run(&user, &spaces[4], &trap);
        (void)arch_pending();
    }
}

/* As many spaces as the host lets us have; prints how many, gives one back, and takes it again. */
static void run_limit(void)
{
    static struct arch_space spaces[1000];
    unsigned count = 0;
    status_t status = 0;
    while (count < 1000 && (status = arch_space_init(&spaces[count])) == 0)
        count++;
    char text[64];
    snprintf(text, sizeof(text), "%u %d", count, (int)status);
    say(text);
    for (unsigned round = 0; round < 20 && count; round++) {
        arch_space_fini(&spaces[count - 1]);
        if (arch_space_init(&spaces[count - 1]) != 0) {
            say(" lost");
            break;
        }
    }
}

struct machine *machine_boot(const struct boot_info *info)
{
    echo.info = info;
    echo.command = argument("command", 0);
    if (!echo.command)
        echo.command = argument("tty", 0) ? "session" : "cat";
    for (unsigned i = 0; i < DYAD_CPUS_MAX; i++)
        echo.cpus[i].index = i;
    if (strcmp(echo.command, "noboot") == 0)
        return NULL;
    return (struct machine *)&echo;
}

struct cpu *machine_cpu(struct machine *machine, unsigned index)
{
    return &echo.cpus[index];
}

_Noreturn void cpu_main(struct cpu *cpu)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } commands[] = {{"cat", run_cat},   {"session", run_session}, {"big", run_big},
                    {"args", run_args}, {"archive", run_archive}, {"both", run_both},
                    {"spin", run_spin}, {"limit", run_limit}};
    for (size_t i = 0; i < ARRAY_COUNT(commands); i++)
        if (strcmp(echo.command, commands[i].name) == 0)
            commands[i].run();
    if (strcmp(echo.command, "panic") == 0)
        arch_panic("on request");
    if (strcmp(echo.command, "crash") == 0)
        *(volatile char *)8 = 1;
    arch_halt(atoi(echo.command));
}
