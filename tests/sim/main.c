/* main.c: dyad-sim: runs scenarios under seeds, shrinks and shows what fails. */
#include "tests/sim/campaign.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static const char help[] =
    "dyad-sim: the kernel's core on simulated cores, one interleaving a seed\n"
    "\n"
    "  --list               the scenarios\n"
    "  --scenario NAME      one of them, or several with commas (default: all)\n"
    "  --seed N             the first seed (default 1)\n"
    "  --runs N             how many seeds (default 1; with --minutes: no limit)\n"
    "  --minutes N          stop after so long\n"
    "  --strategy NAME      random, pct, mixed (default: half of each), default, bounded (exhaustive)\n"
    "  --depth N            of pct: how many ordering constraints (default: 2 to 5 by seed);\n"
    "                       of bounded: how many preemptions (default 1)\n"
    "  --no-reduce          bounded: equivalent schedules as well\n"
    "  --compare            bounded: with and without them; fails when outcomes differ\n"
    "  --cores N            1 to 8 (default: the scenario's own, or 1 to 4 by seed)\n"
    "  --sweep alloc        each allocation of each scenario fails once, under --runs seeds\n"
    "  --sweep kill         somebody is killed at each moment of each scenario (in strides)\n"
    "  --sweep cancel       a signal, and a kill, meets each system call of each thread in each of its states\n"
    "  --sweep server       a server ends at each message that it receives\n"
    "  --cancel-at N, --message-at N  replay one run of these\n"
    "  --fail-at N          only allocation N fails: replays one run of --sweep alloc\n"
    "  --kill-at N          only at point N: replays one run of --sweep kill\n"
    "  --verify             run each seed twice and compare the hashes\n"
    "  --keep-going         do not stop at the first failure\n"
    "  --trace FILE         write the (shrunk) failing run, or the last one, for ui.perfetto.dev\n"
    "  --no-shrink          show the failing run as it is\n"
    "  --quiet              only failures\n"
    "\n"
    "Exit status: 0 nothing found, 1 a failure, 2 usage.\n";

enum {
    OPTION_SWEEP = 256,
    OPTION_FAIL_AT,
    OPTION_KILL_AT,
    OPTION_CANCEL_AT,
    OPTION_MESSAGE_AT,
    OPTION_VERIFY,
    OPTION_KEEP,
    OPTION_TRACE,
    OPTION_NO_SHRINK,
    OPTION_NO_REDUCE,
    OPTION_COMPARE
};

static const struct option long_options[] = {
    {"help", no_argument, NULL, 'h'},
    {"list", no_argument, NULL, 'l'},
    {"scenario", required_argument, NULL, 's'},
    {"seed", required_argument, NULL, 'n'},
    {"runs", required_argument, NULL, 'r'},
    {"minutes", required_argument, NULL, 'm'},
    {"strategy", required_argument, NULL, 'y'},
    {"depth", required_argument, NULL, 'd'},
    {"cores", required_argument, NULL, 'c'},
    {"quiet", no_argument, NULL, 'q'},
    {"sweep", required_argument, NULL, OPTION_SWEEP},
    {"fail-at", required_argument, NULL, OPTION_FAIL_AT},
    {"kill-at", required_argument, NULL, OPTION_KILL_AT},
    {"cancel-at", required_argument, NULL, OPTION_CANCEL_AT},
    {"message-at", required_argument, NULL, OPTION_MESSAGE_AT},
    {"verify", no_argument, NULL, OPTION_VERIFY},
    {"keep-going", no_argument, NULL, OPTION_KEEP},
    {"trace", required_argument, NULL, OPTION_TRACE},
    {"no-shrink", no_argument, NULL, OPTION_NO_SHRINK},
    {"no-reduce", no_argument, NULL, OPTION_NO_REDUCE},
    {"compare", no_argument, NULL, OPTION_COMPARE},
    {NULL, 0, NULL, 0},
};

static _Noreturn void usage(const char *what)
{
    fprintf(stderr, "dyad-sim: %s (see --help)\n", what);
    exit(2);
}

static void list_scenarios(void)
{
    for (unsigned i = 0; i < sim_scenario_count; i++)
        printf("%-16s %s\n", sim_scenarios[i]->name, sim_scenarios[i]->text);
}

static void parse_strategy(struct campaign *campaign, const char *name)
{
    static const struct {
        const char *name;
        enum strategy strategy;
        bool mixed;
    } names[] = {{"random", STRATEGY_RANDOM, false},
                 {"pct", STRATEGY_PCT, false},
                 {"mixed", STRATEGY_RANDOM, true},
                 {"default", STRATEGY_DEFAULT, false},
                 {"bounded", STRATEGY_BOUNDED, false}};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i].name, name) != 0)
            continue;
        campaign->strategy = names[i].strategy;
        campaign->mixed = names[i].mixed;
        return;
    }
    usage("no such strategy");
}

static void parse_sweep(struct campaign *campaign, const char *name)
{
    campaign->sweep_alloc = strcmp(name, "alloc") == 0;
    campaign->sweep_kill = strcmp(name, "kill") == 0;
    campaign->sweep_cancel = strcmp(name, "cancel") == 0;
    campaign->sweep_server = strcmp(name, "server") == 0;
    if (!campaign->sweep_alloc && !campaign->sweep_kill && !campaign->sweep_cancel &&
        !campaign->sweep_server)
        usage("no such sweep");
}

static uint64_t parse_number(const char *text)
{
    char *end;
    uint64_t number = strtoull(text, &end, 0);
    if (end == text || *end != '\0')
        usage("not a number");
    return number;
}

static void parse(struct campaign *campaign, int argc, char **argv)
{
    int option;
    while ((option = getopt_long(argc, argv, "hq", long_options, NULL)) != -1) {
        switch (option) {
        case 'h': fputs(help, stdout); exit(0);
        case 'l': list_scenarios(); exit(0);
        case 's': campaign->names = optarg; break;
        case 'n': campaign->seed = parse_number(optarg); break;
        case 'r': campaign->runs = parse_number(optarg); break;
        case 'm': campaign->minutes = strtod(optarg, NULL); break;
        case 'y': parse_strategy(campaign, optarg); break;
        case 'd': campaign->depth = (unsigned)parse_number(optarg); break;
        case 'c': campaign->cores = (unsigned)parse_number(optarg); break;
        case 'q': campaign->quiet = true; break;
        case OPTION_SWEEP: parse_sweep(campaign, optarg); break;
        case OPTION_FAIL_AT: campaign->fail_at = parse_number(optarg); break;
        case OPTION_KILL_AT: campaign->kill_at = parse_number(optarg); break;
        case OPTION_CANCEL_AT: campaign->cancel_at = parse_number(optarg); break;
        case OPTION_MESSAGE_AT: campaign->message_at = parse_number(optarg); break;
        case OPTION_VERIFY: campaign->verify = true; break;
        case OPTION_KEEP: campaign->keep_going = true; break;
        case OPTION_TRACE: campaign->trace = optarg; break;
        case OPTION_NO_SHRINK: campaign->no_shrink = true; break;
        case OPTION_NO_REDUCE: campaign->no_reduce = true; break;
        case OPTION_COMPARE: campaign->compare = true; break;
        default: usage("bad option");
        }
    }
    if (optind != argc)
        usage("too many arguments");
    if (campaign->cores > SIM_CORES_MAX)
        usage("too many cores");
    if (campaign->strategy == STRATEGY_BOUNDED && campaign->depth > BOUNDED_DEPTH_MAX)
        usage("too many preemptions");
    if (campaign->runs == 0)
        campaign->runs = campaign->minutes > 0 ? UINT64_MAX : 1;
}

/* A wild pointer of core/ is a failure of the run, to be shrunk like any other. */
static void on_fault(int signo, siginfo_t *info, void *context)
{
    (void)context;
    sim_fail("signal %d: access to %p", signo, info->si_addr);
}

static void catch_faults(void)
{
#if !defined(__has_feature) || !__has_feature(address_sanitizer)
    static char stack[65536];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_sigaction = on_fault,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    sigaltstack(&alternate, NULL);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
#else
    (void)on_fault;
#endif
}

int main(int argc, char **argv)
{
    struct campaign campaign = {.seed = 1, .strategy = STRATEGY_RANDOM, .mixed = true};
    parse(&campaign, argc, argv);
    void *ram = mmap((void *)SIM_RAM_BASE, SIM_RAM_BYTES, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (ram == MAP_FAILED) {
        perror("dyad-sim: RAM");
        return 2;
    }
    catch_faults();
    return campaign_run(&campaign);
}
