/* event.h: files that programs wait for: counters and timers. Pure: the outside is the server library. */
#pragma once
#include "abi/event_file.h"
#include "servers/lib/server.h"

struct counter {
    uint64_t count; /* at most EVENT_COUNTER_MAX */
    bool semaphore;
};

struct alarm {
    enum dyad_clock clock;
    enum dyad_clock base; /* of next_ns: clock, but delays are monotonic */
    uint64_t next_ns;     /* 0: off */
    uint64_t interval_ns;
    uint64_t expired;          /* how often until next_ns, not yet read */
    bool cancelable, canceled; /* by the clock's being set; the next read says so */
};

/* An open file is all there is of a counter or a timer. */
struct event_file {
    struct server_file file;
    enum event_kind { EVENT_COUNTER, EVENT_TIMER, EVENT_ROOT } kind;
    struct counter counter;
    struct alarm alarm;
    struct server_queue readers, writers;
    /* An alarm's next time; or at once: a reader waits for what was put back. */
    struct server_timer timer;
};

extern const struct server_ops event_server_ops;

static inline struct event_file *event_file_of(const struct server_request *request)
{
    return (struct event_file *)request->file;
}

/* Keeps the request in the queue; false: answered, as its file does not wait. */
bool event_wait_for(struct server_request *, struct server_queue *);

/* Each answers or keeps its request. */
void counter_read(struct event_file *, struct server_request *);
void counter_write(struct event_file *, struct server_request *);
void counter_init(struct event_file *, uint64_t value, bool semaphore);
/* The answer was lost: the next reader's. */
void counter_put_back(struct event_file *, uint64_t value);
uint32_t counter_level(const struct event_file *);

void alarm_init(struct event_file *, enum dyad_clock);
void alarm_read(struct event_file *, struct server_request *);
void alarm_set(struct event_file *, struct server_request *);
void alarm_get(struct event_file *, struct server_request *);
void alarm_put_back(struct event_file *, uint64_t expired);
/* The real-time clock has been set. */
void alarm_clock_set(struct event_file *);
uint32_t alarm_level(const struct event_file *);
