/* bits/getopt.h: the options of a command, for <unistd.h>, <getopt.h> and, before Issue 6, <stdio.h>. */
#pragma once
#include <features.h>

__BEGIN_DECLS
extern char *optarg;
extern int optind, opterr, optopt;
int getopt(int __argc, char *const __argv[], const char *__opts);
__END_DECLS
