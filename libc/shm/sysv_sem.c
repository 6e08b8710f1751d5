/*
 * sysv_sem.c: System V semaphores (internal/sysv.h). What SEM_UNDO asks for is written down in the set; whoever comes next does it for
 * processes that have ended, and who waits while others have such notes looks now and then whether they are still there.
 *
 * A process may be killed anywhere. What holds all the same: the current state is one in which for each semaphore that nobody has set since,
 * value + the adjustments of its undos is what it would be without those who have them. Changes of values and undos are made together in a draft
 * (a set holds its state twice), by the holder of the set's robust mutex, and count from the one store in commit: a process killed before it has done
 * nothing, one killed after it all, and its undos are there for others, who take them away in the same step as they do them.
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <time.h>
#include <unistd.h>
#include "internal/gate.h"
#include "internal/sysv.h"
#include "internal/time_ns.h"

#define SETS_MOST  1024
#define VALUE_MOST 32767
#define OPS_MOST   500
#define UNDOS      256
#define WAITERS    256
#define LOOK_NS    50000000

struct semaphore {
    uint16_t value;
    int32_t pid; /* who operated last */
};

/* Threads of a process that wait for the same: only the living count, so that nobody needs to clear it away. */
struct waiters {
    int32_t pid; /* written last; 0: free */
    uint16_t number;
    bool for_zero;
    uint32_t count;
};

struct undo {
    int32_t pid; /* 0: free */
    uint16_t number;
    int16_t adjust;
};

struct state {
    struct undo undos[UNDOS];
    struct semaphore semaphores[]; /* set.count */
};

struct set {
    struct sysv_head head;
    uint32_t count;
    _Atomic unsigned current; /* which of the states counts */
    int64_t operated;
    struct waiters waiters[WAITERS];
    char rest[]; /* two states */
};

union semun {
    int value;
    struct semid_ds *data;
    unsigned short *values;
};

static size_t state_size(size_t count)
{
    return sizeof(struct state) + count * sizeof(struct semaphore);
}

static struct state *state_of(const struct set *set)
{
    return (struct state *)(set->rest + set->current * state_size(set->count));
}

/* A copy of the state to be changed; it counts from commit on, if that comes. */
static struct state *draft_of(const struct set *set)
{
    struct state *draft = (struct state *)(set->rest + (set->current ^ 1) * state_size(set->count));
    memcpy(draft, state_of(set), state_size(set->count));
    return draft;
}

static void commit(struct set *set, bool wakes)
{
    if (wakes)
        __sysv_wake(&set->head);
    set->current ^= 1;
}

static int make(int fd, key_t key, size_t count, int flags)
{
    size_t size = sizeof(struct set) + 2 * state_size(count);
    if (count == 0 || count > SETS_MOST)
        return (int)__result(-ERR_INVAL);
    if (ftruncate(fd, (off_t)size) < 0)
        return -1;
    struct set *set = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (set == MAP_FAILED)
        return -1;
    __sysv_head_init(&set->head, key, flags);
    set->count = (uint32_t)count;
    munmap(set, size);
    return fchmod(fd, __sysv_file_mode((unsigned)flags));
}

static int check(const char *path, const struct stat *st, size_t count, int flags)
{
    size_t none = sizeof(struct set) + 2 * state_size(0);
    size_t there = ((size_t)st->st_size - none) / (2 * sizeof(struct semaphore));
    if (count > there)
        return (int)__result(-ERR_INVAL);
    return __sysv_check_head(path, flags);
}

static const struct sysv_kind kind = {"sem", make, check};

int semget(key_t key, int count, int flags)
{
    if (count < 0)
        return (int)__result(-ERR_INVAL);
    return __sysv_get(&kind, key, (size_t)count, flags);
}

/* ---- undoing ---- */

static bool has_foreign_undos(const struct state *state)
{
    int pid = getpid();
    for (int i = 0; i < UNDOS; i++) {
        if (state->undos[i].pid != 0 && state->undos[i].pid != pid)
            return true;
    }
    return false;
}

static void undo_one(struct state *state, struct undo *undo)
{
    struct semaphore *s = &state->semaphores[undo->number];
    int value = s->value + undo->adjust;
    s->value = (uint16_t)(value < 0 ? 0 : value > VALUE_MOST ? VALUE_MOST : value);
    s->pid = undo->pid;
    undo->pid = 0;
}

/* For those that have ended. */
static void undo_of_dead(struct set *set)
{
    int pid = getpid(), last = 0;
    bool alive = true;
    struct state *state = state_of(set), *draft = NULL;
    for (int i = 0; i < UNDOS; i++) {
        struct undo *undo = &state->undos[i];
        if (undo->pid == 0 || undo->pid == pid)
            continue;
        if (undo->pid != last) {
            last = undo->pid;
            alive = __sysv_is_alive(last);
        }
        if (alive)
            continue;
        if (!draft)
            draft = draft_of(set);
        undo_one(draft, &draft->undos[i]);
    }
    if (draft)
        commit(set, true);
}

static struct undo *find_undo(struct state *state, int pid, unsigned number)
{
    for (int i = 0; i < UNDOS; i++) {
        struct undo *undo = &state->undos[i];
        if (undo->pid == pid && (pid == 0 || undo->number == number))
            return undo;
    }
    return NULL;
}

/* In a draft. -ERANGE: more than can be undone. There is room (validate). */
static int note_undo(struct state *draft, const struct sembuf *op)
{
    struct undo *undo = find_undo(draft, getpid(), op->sem_num);
    int adjust = (undo ? undo->adjust : 0) - op->sem_op;
    if (adjust < -VALUE_MOST - 1 || adjust > VALUE_MOST)
        return -ERANGE;
    if (!undo)
        undo = find_undo(draft, 0, 0);
    int pid = adjust != 0 ? getpid() : 0;
    *undo = (struct undo){.pid = pid, .number = op->sem_num, .adjust = (int16_t)adjust};
    return 0;
}

static void forget_undos(struct state *state, unsigned first, unsigned end)
{
    for (int i = 0; i < UNDOS; i++) {
        if (state->undos[i].number >= first && state->undos[i].number < end)
            state->undos[i].pid = 0;
    }
}

/* ---- semop ---- */

/* Is what they ask for possible at all, and is there room for what they want undone? */
static int validate(const struct set *set, const struct sembuf *ops, size_t count)
{
    size_t undos = 0, room = 0;
    for (size_t i = 0; i < count; i++) {
        if (ops[i].sem_num >= set->count)
            return -EFBIG;
        undos += (ops[i].sem_flg & SEM_UNDO) != 0;
    }
    for (int i = 0; i < UNDOS; i++)
        room += state_of(set)->undos[i].pid == 0;
    return undos > room ? -ENOSPC : 0;
}

/* In a draft: 0, -ERANGE, or -EAGAIN and which one has to wait. */
static int try(struct state *draft, const struct sembuf *ops, size_t count, size_t *waits)
{
    for (size_t i = 0; i < count; i++) {
        struct semaphore *s = &draft->semaphores[ops[i].sem_num];
        int value = s->value + ops[i].sem_op;
        *waits = i;
        if (value < 0 || (ops[i].sem_op == 0 && value != 0))
            return -EAGAIN;
        if (value > VALUE_MOST)
            return -ERANGE;
        if (ops[i].sem_flg & SEM_UNDO && ops[i].sem_op != 0 && note_undo(draft, &ops[i]) < 0)
            return -ERANGE;
        *s = (struct semaphore){.value = (uint16_t)value, .pid = getpid()};
    }
    return 0;
}

static void finish(struct set *set, const struct sembuf *ops, size_t count)
{
    bool changed = false;
    for (size_t i = 0; i < count; i++)
        changed |= ops[i].sem_op != 0;
    set->operated = time(NULL);
    commit(set, changed);
}

/* ---- waiting ---- */

/* The calling process's place, or a free one; NULL: there is none, and who waits is not counted. */
static struct waiters *place_of_waiters(struct set *set, unsigned number, bool for_zero)
{
    struct waiters *free = NULL;
    for (int i = 0; i < WAITERS; i++) {
        struct waiters *w = &set->waiters[i];
        if (w->pid == getpid() && w->number == number && w->for_zero == for_zero)
            return w;
        if (w->pid == 0 && !free)
            free = w;
    }
    for (int i = 0; i < WAITERS && !free; i++) {
        if (!__sysv_is_alive(set->waiters[i].pid))
            free = &set->waiters[i];
    }
    return free;
}

static struct waiters *count_waiter(struct set *set, const struct sembuf *op)
{
    struct waiters *w = place_of_waiters(set, op->sem_num, op->sem_op == 0);
    if (w && w->pid != getpid()) {
        w->pid = 0;
        *w = (struct waiters){.number = op->sem_num, .for_zero = op->sem_op == 0};
        __c11_atomic_signal_fence(__ATOMIC_SEQ_CST);
        w->pid = getpid();
    }
    if (w)
        w->count++;
    return w;
}

static int waiting(const struct set *set, unsigned number, bool for_zero)
{
    uint32_t sum = 0;
    for (int i = 0; i < WAITERS; i++) {
        const struct waiters *w = &set->waiters[i];
        if (w->pid != 0 && w->number == number && w->for_zero == for_zero && w->count != 0 &&
            __sysv_is_alive(w->pid))
            sum += w->count;
    }
    return (int)sum;
}

static int64_t wait_for(struct set *set, const struct sembuf *op, uint64_t deadline)
{
    uint64_t until = deadline;
    if (has_foreign_undos(state_of(set))) {
        uint64_t look = (uint64_t)dyad_clock_get(DYAD_CLOCK_MONOTONIC) + LOOK_NS;
        until = look < deadline ? look : deadline;
    }
    struct waiters *w = count_waiter(set, op);
    int64_t result = __sysv_wait(&set->head, until);
    if (w && --w->count == 0)
        w->pid = 0;
    return result == -ERR_TIMEDOUT && until != deadline ? 0 : result;
}

static int64_t operate(struct set *set, const struct sembuf *ops, size_t count, uint64_t deadline)
{
    int64_t result = 0;
    while (result == 0) {
        size_t waits;
        undo_of_dead(set);
        result = validate(set, ops, count);
        if (result != 0)
            break;
        struct state *draft = draft_of(set);
        result = try(draft, ops, count, &waits);
        if (result == 0)
            finish(set, ops, count);
        if (result != -EAGAIN || (ops[waits].sem_flg & IPC_NOWAIT))
            break;
        result = wait_for(set, &ops[waits], deadline);
    }
    return result == -ERR_TIMEDOUT ? -EAGAIN : result;
}

static int64_t operate_until(int id, const struct sembuf *ops, size_t count, uint64_t deadline)
{
    struct sysv_object *object;
    void *memory;
    unsigned wanted = SYSV_READ;
    if (count == 0 || count > OPS_MOST)
        return count ? -E2BIG : -EINVAL;
    for (size_t i = 0; i < count; i++) {
        if (ops[i].sem_op != 0)
            wanted = SYSV_WRITE;
    }
    int64_t result = __sysv_enter(&kind, id, wanted, &object, &memory);
    if (result < 0)
        return result;
    result = operate(memory, ops, count, deadline);
    __sysv_leave(object);
    return result;
}

int semop(int id, struct sembuf *ops, size_t count)
{
    return (int)__result(operate_until(id, ops, count, DEADLINE_NEVER));
}

int semtimedop(int id, struct sembuf *ops, size_t count, const struct timespec *timeout)
{
    if (timeout && !__timespec_valid(timeout))
        return (int)__result(-ERR_INVAL);
    return (int)__result(
        operate_until(id, ops, count, timeout ? __deadline_after(timeout) : DEADLINE_NEVER));
}

/* ---- semctl ---- */

static int64_t get_all(const struct set *set, unsigned short *values)
{
    for (uint32_t i = 0; i < set->count; i++)
        values[i] = state_of(set)->semaphores[i].value;
    return 0;
}

/* `first` and the values are for that many semaphores. */
static int64_t set_values(struct set *set, unsigned first, unsigned count,
                          const unsigned short *values)
{
    for (unsigned i = 0; i < count; i++) {
        if (values[i] > VALUE_MOST)
            return -ERANGE;
    }
    struct state *draft = draft_of(set);
    for (unsigned i = 0; i < count; i++)
        draft->semaphores[first + i] = (struct semaphore){.value = values[i], .pid = getpid()};
    forget_undos(draft, first, first + count);
    set->head.changed = time(NULL);
    commit(set, true);
    return 0;
}

static int64_t set_one(struct set *set, unsigned number, int value)
{
    unsigned short small = (unsigned short)value;
    return value < 0 || value > VALUE_MOST ? -ERANGE : set_values(set, number, 1, &small);
}

static int64_t tell(int id, const struct set *set, struct semid_ds *data)
{
    *data = (struct semid_ds){.sem_perm = __sysv_perm(&set->head, id),
                              .sem_otime = set->operated,
                              .sem_ctime = set->head.changed,
                              .sem_nsems = (unsigned short)set->count};
    return 0;
}

static bool is_of_one(int command)
{
    return command == GETVAL || command == GETPID || command == GETNCNT || command == GETZCNT ||
           command == SETVAL;
}

static int64_t control(int id, struct set *set, int number, int command, union semun arg)
{
    const struct semaphore *s = &state_of(set)->semaphores[number];
    switch (command) {
    case GETVAL: return s->value;
    case GETPID: return s->pid;
    case GETNCNT: return waiting(set, (unsigned)number, false);
    case GETZCNT: return waiting(set, (unsigned)number, true);
    case SETVAL: return set_one(set, (unsigned)number, arg.value);
    case GETALL: return get_all(set, arg.values);
    case SETALL: return set_values(set, 0, set->count, arg.values);
    case IPC_STAT: return tell(id, set, arg.data);
    case IPC_SET: return __sysv_set(&kind, id, &set->head, &arg.data->sem_perm);
    case IPC_RMID: return __sysv_destroy(&kind, id, &set->head);
    default: return -ERR_INVAL;
    }
}

int semctl(int id, int number, int command, ...)
{
    struct sysv_object *object;
    void *memory;
    unsigned wanted = command == SETVAL || command == SETALL ? SYSV_WRITE : SYSV_READ;
    va_list args;
    va_start(args, command);
    union semun arg = va_arg(args, union semun);
    va_end(args);
    if (command == IPC_SET || command == IPC_RMID)
        wanted = 0;
    int64_t result = __sysv_enter(&kind, id, wanted, &object, &memory);
    if (result < 0)
        return (int)__result(result);
    struct set *set = memory;
    if (is_of_one(command) && (number < 0 || (uint32_t)number >= set->count)) {
        result = -ERR_INVAL;
    } else {
        undo_of_dead(set);
        result = control(id, set, is_of_one(command) ? number : 0, command, arg);
    }
    __sysv_leave(object);
    return (int)__result(result);
}
