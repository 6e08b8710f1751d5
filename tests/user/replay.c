/* replay.c: what tests/boot/replay.sh runs: a race, a thread that never traps, the time stamp counter. Chosen by the argument. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#define RACERS 4
#define LAPS   8

/* Each racer's letter at each lap, in the order in which they came. */
static char order[RACERS * LAPS + 1];
static _Atomic unsigned next;

static void *racer(void *letter)
{
    for (int i = 0; i < LAPS; i++) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now); /* a trap: somebody else may go on */
        order[next++] = *(const char *)letter;
    }
    return NULL;
}

static int race(void)
{
    static const char letters[] = "abcd";
    pthread_t threads[RACERS];
    for (int i = 0; i < RACERS; i++)
        if (pthread_create(&threads[i], NULL, racer, (void *)&letters[i]) != 0)
            return 1;
    for (int i = 0; i < RACERS; i++)
        pthread_join(threads[i], NULL);
    puts(order);
    return 0;
}

static _Atomic unsigned spins;
static volatile int stop;

/* The test looks for its name. */
__attribute__((noinline)) static int spin_for_ever(void)
{
    while (!stop)
        spins++;
    return 1;
}

/* Cycles of virtual time: they grow, from a system call to the next a little, and are the same in each run. */
static int tsc(void)
{
    unsigned aux = 1;
    unsigned long long first = __rdtsc();
    getppid();
    unsigned long long second = __rdtscp(&aux);
    if (second <= first || second - first > 100000000 || aux != 0)
        return 1;
    printf("%llu %llu\n", first, second);
    return 0;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "race") == 0)
        return race();
    if (strcmp(what, "spin") == 0)
        return spin_for_ever();
    if (strcmp(what, "tsc") == 0)
        return tsc();
    fputs("usage: replay race|spin|tsc\n", stderr);
    return 2;
}
