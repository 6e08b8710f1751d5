/* limit: runs a command under a quota that it cannot leave. */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include <dyad/syscall.h>

#include "programs/lib/program.h"

#define PAGE_BYTES 4096

static const char usage[] =
    "limit [--procs N] [--threads N] [--mem SIZE] [--kernel SIZE] COMMAND [ARG...]";

static uint64_t amount(const char *text, bool suffixes)
{
    int64_t value = program_number(text, suffixes);
    if (value < 0)
        errx(2, "%s: must not be negative", text);
    return (uint64_t)value;
}

int main(int argc, char **argv)
{
    static const struct option names[] = {
        {"procs", required_argument, NULL, 'p'},
        {"threads", required_argument, NULL, 't'},
        {"mem", required_argument, NULL, 'm'},
        {"kernel", required_argument, NULL, 'k'},
        {NULL, 0, NULL, 0},
    };
    struct quota_limits limits = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
    int option;
    while ((option = getopt_long(argc, argv, "+p:t:m:k:", names, NULL)) != -1) {
        switch (option) {
        case 'p': limits.processes = amount(optarg, false); break;
        case 't': limits.threads = amount(optarg, false); break;
        case 'm': limits.pages = amount(optarg, true) / PAGE_BYTES; break;
        case 'k': limits.kernel_bytes = amount(optarg, true); break;
        default: program_usage(usage, 125);
        }
    }
    if (optind == argc)
        program_usage(usage, 125);
    int64_t result =
        dyad_process_control(HANDLE_NONE, PROCESS_SET_QUOTA, dyad_arg(&limits), sizeof(limits));
    if (result < 0)
        errx(125, "quota: %s", strerror((int)-result));
    execvp(argv[optind], argv + optind);
    int status = errno == ENOENT ? 127 : 126;
    err(status, "%s", argv[optind]);
}
