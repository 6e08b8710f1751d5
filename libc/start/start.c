/* start.c: from the first instruction to main and out again. */
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include "internal/gate.h"
#include "internal/startup.h"

typedef int main_function(int, char **, char **);
typedef void init_function(int, char **, char **);

uint64_t __dyad_gate;
const uint64_t *__auxv;
const struct startup *__startup;
char **environ;
LIBC_ALIAS(environ, __environ);

/* From the linker; weak, because a program without constructors need not have them. */
extern init_function *const __preinit_array_start[] LIBC_WEAK LIBC_HIDDEN;
extern init_function *const __preinit_array_end[] LIBC_WEAK LIBC_HIDDEN;
extern init_function *const __init_array_start[] LIBC_WEAK LIBC_HIDDEN;
extern init_function *const __init_array_end[] LIBC_WEAK LIBC_HIDDEN;

LIBC_HIDDEN _Noreturn void __libc_start(uint64_t *stack, main_function *main);

/* Enough for the TLS of programs with a few thread-local variables; larger ones get pages. */
static _Alignas(64) char first_area[sizeof(struct thread) + 512];

struct program_headers {
    const Elf64_Phdr *first;
    size_t count;
};

static void auxv_read(const uint64_t *auxv, struct program_headers *headers, const uint8_t **random)
{
    __auxv = auxv;
    for (; auxv[0] != AT_NULL; auxv += 2) {
        switch (auxv[0]) {
        case AT_PHDR: headers->first = (const Elf64_Phdr *)auxv[1]; break;
        case AT_PHNUM: headers->count = auxv[1]; break;
        case AT_RANDOM: *random = (const uint8_t *)auxv[1]; break;
        case AT_DYAD_GATE: __dyad_gate = auxv[1]; break;
        case AT_DYAD_STARTUP: __startup = (const struct startup *)auxv[1]; break;
        }
    }
}

static void tls_find(const struct program_headers *headers)
{
    for (size_t i = 0; headers->first && i < headers->count; i++) {
        const Elf64_Phdr *header = &headers->first[i];
        if (header->p_type == PT_TLS)
            __tls_image = (struct tls_image){(const void *)header->p_vaddr, header->p_filesz,
                                             header->p_memsz, header->p_align};
    }
}

/* errno does not work before this has run. */
static void tls_start(const uint8_t *random)
{
    void *area = first_area;
    size_t size = __tls_area_size();
    if (size > sizeof first_area || __tls_align() > _Alignof(max_align_t) * 4) {
        size_t align = __tls_align();
        int64_t base =
            dyad_map(HANDLE_NONE, 0, size + align, MAP_PROT_READ | MAP_PROT_WRITE, HANDLE_NONE, 0);
        if (base < 0)
            dyad_process_exit(WSTATUS_EXIT(127));
        area = (void *)(((uint64_t)base + align - 1) & ~(align - 1));
    }
    struct thread *self = __tls_area_init(area);
    if (random)
        memcpy(&self->canary, random, sizeof self->canary);
    self->canary &= ~0xffUL; /* a zero byte stops string overruns */
    dyad_thread_control(THREAD_SET_TLS, (uint64_t)self, 0);
}

static void init_run(int argc, char **argv, char **envp)
{
    for (init_function *const *f = __preinit_array_start; f < __preinit_array_end; f++)
        (*f)(argc, argv, envp);
    for (init_function *const *f = __init_array_start; f < __init_array_end; f++)
        (*f)(argc, argv, envp);
}

_Noreturn void __libc_start(uint64_t *stack, main_function *main)
{
    int argc = (int)stack[0];
    char **argv = (char **)&stack[1];
    environ = argv + argc + 1;
    char **end = environ;
    while (*end)
        end++;

    struct program_headers headers = {0};
    const uint8_t *random = NULL;
    auxv_read((const uint64_t *)(end + 1), &headers, &random);
    tls_find(&headers);
    tls_start(random);
    if (__startup)
        __files_start(__startup);
    init_run(argc, argv, environ);
    exit(main(argc, argv, environ));
}
