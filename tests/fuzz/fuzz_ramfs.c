/*
 * fuzz_ramfs.c: sequences of requests to the file server, with allocations that fail and clients that die: none crashes it, leaves a
 * request unanswered, breaks the tree or leaks. The operations are those of tests/unit/servers/fuzz_ramfs.c, which runs them from seeds.
 */
#define WITH_LIBFUZZER 1
#include "tests/unit/servers/fuzz_ramfs.c"
