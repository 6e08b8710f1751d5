/*
 * filter.c: the seccomp filter. Guest code's own `syscall` and `int 0x80` instructions trap to the
 * handler, told from ours by the address of the instruction; ours may do only what the stub needs.
 */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>

#include "stub.h"

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define LOAD_HIGH(field) \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field) + 4)
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, action)
#define TRAP_UNLESS(compare, value) \
    BPF_JUMP(BPF_JMP | (compare) | BPF_K, value, 1, 0), RETURN(SECCOMP_RET_TRAP)
#define ALLOW(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), RETURN(SECCOMP_RET_ALLOW)

void stub_filter_init(void)
{
    struct sock_filter code[] = {
        LOAD(arch),
        TRAP_UNLESS(BPF_JEQ, AUDIT_ARCH_X86_64),
        LOAD_HIGH(instruction_pointer),
        TRAP_UNLESS(BPF_JEQ, (uint32_t)(STUB_TEXT >> 32)),
        LOAD(instruction_pointer),
        TRAP_UNLESS(BPF_JGE, (uint32_t)STUB_TEXT),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, (uint32_t)STUB_TEXT_END, 0, 1),
        RETURN(SECCOMP_RET_TRAP),
        LOAD(nr),
        ALLOW(__NR_futex),
        ALLOW(__NR_rt_sigreturn),
        ALLOW(__NR_mmap),
        ALLOW(__NR_munmap),
        ALLOW(__NR_mprotect),
        ALLOW(__NR_clone),
        ALLOW(__NR_arch_prctl),
        ALLOW(__NR_sigaltstack),
        ALLOW(__NR_rt_sigprocmask),
        ALLOW(__NR_exit_group),
        ALLOW(__NR_restart_syscall),
        RETURN(SECCOMP_RET_KILL_PROCESS),
    };
    struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};
    /* Without SPEC_ALLOW older Linuxes switch a costly mitigation on for the whole process. */
    if (SYS3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) !=
            0 &&
        SYS3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
        stub_die(5);
}
