/* scenarios.h: all scenarios, once. */
#pragma once

#define SCENARIO_LIST(X) \
    X(standard)          \
    X(futex)             \
    X(call)              \
    X(pipe)              \
    X(fork)              \
    X(cancel)            \
    X(deadline)          \
    X(death)             \
    X(client_death)      \
    X(supervise)         \
    X(handles)           \
    X(leaving)           \
    X(events)            \
    X(timed)             \
    X(kill)              \
    X(stop)              \
    X(signal)            \
    X(exec)              \
    X(map)               \
    X(snapshot)          \
    X(share)             \
    X(limbo)             \
    X(quota)             \
    X(procd)             \
    X(pipeline)          \
    X(defaults)          \
    X(gone)              \
    X(runaway)           \
    X(pingpong)          \
    X(full)              \
    X(shut)              \
    X(ready)             \
    X(quitter)
