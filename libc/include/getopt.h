/* getopt.h: command-line options, short and long. */
#pragma once
#include <bits/getopt.h>

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
extern int optreset;
int getopt_long(int __argc, char *const __argv[], const char *__opts,
                const struct option *__longopts, int *__index);
int getopt_long_only(int __argc, char *const __argv[], const char *__opts,
                     const struct option *__longopts, int *__index);
__END_DECLS
