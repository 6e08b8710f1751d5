/* getopt.h: command-line options, short and long. */
#pragma once
#include <features.h>

#define no_argument       0
#define required_argument 1
#define optional_argument 2

struct option {
    const char *name;
    int has_arg;
    int *flag; /* where to store val; null: return val */
    int val;
};

__BEGIN_DECLS
extern char *optarg;
extern int optind, opterr, optopt, optreset;
int getopt(int argc, char *const argv[], const char *opts);
int getopt_long(int argc, char *const argv[], const char *opts, const struct option *longopts,
                int *index);
int getopt_long_only(int argc, char *const argv[], const char *opts, const struct option *longopts,
                     int *index);
__END_DECLS
