/* signal.c: pending signals, masks and delivery. */
#include "core/signal.h"

#include "core/event.h"
#include "core/log.h"
#include "core/machine.h"
#include "core/space.h"

#define STOP_SIGNALS                                                 \
    (DYAD_SIGNAL_BIT(DYAD_SIGSTOP) | DYAD_SIGNAL_BIT(DYAD_SIGTSTP) | \
     DYAD_SIGNAL_BIT(DYAD_SIGTTIN) | DYAD_SIGNAL_BIT(DYAD_SIGTTOU))
#define CORE_SIGNALS                                                                               \
    (DYAD_SIGNAL_BIT(DYAD_SIGQUIT) | DYAD_SIGNAL_BIT(DYAD_SIGILL) |                                \
     DYAD_SIGNAL_BIT(DYAD_SIGTRAP) | DYAD_SIGNAL_BIT(DYAD_SIGABRT) |                               \
     DYAD_SIGNAL_BIT(DYAD_SIGBUS) | DYAD_SIGNAL_BIT(DYAD_SIGFPE) | DYAD_SIGNAL_BIT(DYAD_SIGSEGV) | \
     DYAD_SIGNAL_BIT(DYAD_SIGSYS))
#define RED_ZONE       128
#define FLAG_DIRECTION 0x400u
#define FLAG_TRAP      0x100u
#define FLAG_NESTED    0x4000u  /* makes IRETQ a fault */
#define FLAG_ALIGNMENT 0x40000u /* makes what compilers and memcpy do a fault */
#define FLAGS_NOT_HANDED \
    (FLAG_DIRECTION | FLAG_TRAP | FLAG_NESTED | FLAG_ALIGNMENT) /* to handlers */

/* Signals that nobody wants to hear of unless a thread waits for them in SIGNAL_WAIT. */
static uint64_t signal_ignored(const struct process *process)
{
    return process->signal_ignored | (DYAD_SIGNALS_DEFAULT_IGNORE & ~process->signal_caught);
}

void signal_update_attention(struct process *process, struct thread *t)
{
    uint64_t ready = (process->signal_pending | t->signal_pending) & ~t->signal_mask;
    lock_acquire(&t->lock);
    if (ready != 0)
        atomic_fetch_or_explicit(&t->attention, ATTENTION_SIGNAL, memory_order_relaxed);
    else
        atomic_fetch_and_explicit(&t->attention, ~ATTENTION_SIGNAL, memory_order_relaxed);
    lock_release(&t->lock);
}

/* ---- records ---- */

static void signal_update_level(struct process *process) REQUIRES(&process->lock)
{
    uint64_t pending = process->signal_pending;
    LIST_FOR_EACH(node, &process->threads)
    {
        pending |= LIST_ENTRY(node, struct thread, process_link)->signal_pending;
    }
    atomic_store_explicit(&process->signal_level, pending, memory_order_release);
}

/* Pending signals of the process and of all its threads. */
static void signal_forget(struct process *process, uint64_t set, struct list *freed)
    REQUIRES(&process->lock)
{
    process->signal_pending &= ~set;
    LIST_FOR_EACH(node, &process->threads)
    {
        LIST_ENTRY(node, struct thread, process_link)->signal_pending &= ~set;
    }
    for (struct list *node = process->signal_records.next; node != &process->signal_records;) {
        struct signal_record *record = LIST_ENTRY(node, struct signal_record, link);
        node = node->next;
        if (DYAD_SIGNAL_BIT(record->info.signo) & set) {
            list_remove(&record->link);
            list_append(freed, &record->link);
        }
    }
    signal_update_level(process);
}

void signal_free_records(struct process *process, struct list *records)
{
    struct list *node;
    while ((node = list_pop(records)) != NULL)
        quota_free(process->quota, LIST_ENTRY(node, struct signal_record, link),
                   sizeof(struct signal_record));
}

void signal_discard_all(struct process *process)
{
    struct list freed;
    list_init(&freed);
    lock_acquire(&process->lock);
    signal_forget(process, UINT64_MAX, &freed);
    lock_release(&process->lock);
    signal_free_records(process, &freed);
}

void signal_forget_thread(struct process *process, uint32_t thread_id, struct list *freed)
{
    for (struct list *node = process->signal_records.next; node != &process->signal_records;) {
        struct signal_record *record = LIST_ENTRY(node, struct signal_record, link);
        node = node->next;
        if (record->thread == thread_id) {
            list_remove(&record->link);
            list_append(freed, &record->link);
        }
    }
    signal_update_level(process);
}

/* Take signo out of the pending sets, what is meant for the thread before what is for the process; *info from its record when
 * there is one. The record is returned to be freed. */
struct signal_record *signal_take(struct process *process, struct thread *t, uint32_t signo,
                                  struct signal_info *info)
{
    uint64_t bit = DYAD_SIGNAL_BIT(signo);
    bool own = t->signal_pending & bit;
    *info = (struct signal_info){.signo = signo};
    struct signal_record *found = NULL;
    bool more = false;
    LIST_FOR_EACH(node, &process->signal_records)
    {
        struct signal_record *record = LIST_ENTRY(node, struct signal_record, link);
        if (record->info.signo != signo || record->thread != (own ? t->id : 0))
            continue;
        more = found != NULL;
        if (more)
            break;
        found = record;
    }
    if (found != NULL) {
        *info = found->info;
        list_remove(&found->link);
    }
    if (!more)
        *(own ? &t->signal_pending : &process->signal_pending) &= ~bit;
    signal_update_level(process);
    return found;
}

/* ---- posting ---- */

/* The thread that should take a process-wide signal: one that waits for it, else one that does not block it. */
static struct thread *signal_choose(struct process *process, uint64_t bit) REQUIRES(&process->lock)
{
    struct thread *open = NULL;
    LIST_FOR_EACH(node, &process->threads)
    {
        struct thread *t = LIST_ENTRY(node, struct thread, process_link);
        if (t->signal_wait_set & bit)
            return t;
        if (open == NULL && !(t->signal_mask & bit))
            open = t;
    }
    return open;
}

static struct thread *signal_find_thread(struct process *process, uint32_t id)
    REQUIRES(&process->lock)
{
    LIST_FOR_EACH(node, &process->threads)
    {
        struct thread *t = LIST_ENTRY(node, struct thread, process_link);
        if (t->id == id)
            return t;
    }
    return NULL;
}

/* Is there no room for one more that is queued? Standard signals are few, so they do not matter. */
static bool signal_queue_is_full(const struct process *process) REQUIRES(&process->lock)
{
    unsigned count = 0;
    LIST_FOR_EACH(node, &process->signal_records)
    count++;
    return count >= DYAD_SIGNAL_QUEUE_MAX;
}

/* Make it pending and find who should notice. -> a counted thread to interrupt, or NULL; *kick_wait: it is in SIGNAL_WAIT. */
static status_t signal_post_locked(struct process *process, uint32_t thread_id,
                                   struct signal_record *record, const struct signal_info *info,
                                   struct list *freed, struct thread **notice)
    REQUIRES(&process->lock)
{
    uint64_t bit = DYAD_SIGNAL_BIT(info->signo);
    if (process->state == PROCESS_STATE_DEAD || process->dying)
        return -ERR_SRCH;
    struct thread *target = NULL;
    if (thread_id != 0 && (target = signal_find_thread(process, thread_id)) == NULL)
        return -ERR_SRCH;
    if (bit & STOP_SIGNALS)
        signal_forget(process, DYAD_SIGNAL_BIT(DYAD_SIGCONT), freed);
    if (bit & DYAD_SIGNAL_BIT(DYAD_SIGCONT))
        signal_forget(process, STOP_SIGNALS, freed);
    struct thread *taker = target != NULL ? target : signal_choose(process, bit);
    bool waited_for = taker != NULL && (taker->signal_wait_set & bit);
    bool blocked = taker == NULL || (taker->signal_mask & bit);
    if ((signal_ignored(process) & bit) && !waited_for && !blocked)
        return 0;
    uint64_t *pending = target != NULL ? &target->signal_pending : &process->signal_pending;
    bool queues = !(*pending & bit) || info->signo >= 32;
    if (*pending & bit && queues && signal_queue_is_full(process)) {
        if (info->code != 0)
            return -ERR_AGAIN;
        queues = false; /* of kill: there is one already, that is enough */
    }
    if (record != NULL && queues) {
        record->thread = thread_id;
        record->info = *info;
        list_append(&process->signal_records, &record->link);
    } else if (record != NULL) {
        list_append(freed, &record->link);
    }
    *pending |= bit;
    signal_update_level(process);
    if (taker != NULL && (waited_for || !blocked)) {
        kobject_get(&taker->object);
        *notice = taker;
    }
    return 0;
}

status_t process_signal(struct process *process, uint32_t thread_id, const struct signal_info *info)
{
    if (info->signo == 0 || info->signo > DYAD_SIGNAL_COUNT ||
        (DYAD_SIGNAL_BIT(info->signo) & DYAD_SIGNALS_FORCED))
        return -ERR_INVAL;
    /* Without memory for the record the signal still arrives, only its siginfo is lost. */
    struct signal_record *record = quota_alloc(process->quota, sizeof *record);
    struct thread *notice = NULL;
    struct list freed;
    list_init(&freed);
    if (record != NULL)
        list_init(&record->link);
    lock_acquire(&process->lock);
    status_t status = signal_post_locked(process, thread_id, record, info, &freed, &notice);
    if (record != NULL && !list_linked(&record->link))
        list_append(&freed, &record->link);
    if (notice != NULL)
        signal_update_attention(process, notice);
    lock_release(&process->lock);
    signal_free_records(process, &freed);
    watch_trigger(&process->object, EVENT_PENDING);
    if (notice != NULL) {
        thread_interrupt(notice, ATTENTION_SIGNAL);
        kobject_put(&notice->object);
    }
    return status;
}

/* ---- delivery ---- */

/* later: what SIGNAL_RETURN puts back; blocked: until the signal came, the same but in SIGNAL_SUSPEND and its like. */
struct signal_masks {
    uint64_t later, blocked;
};

/* Build the frame and redirect the thread. -ERR_FAULT when its stack cannot take it. Called without locks. */
static status_t signal_redirect(struct thread *t, const struct signal_info *info,
                                struct signal_masks masks, bool on_altstack, uint64_t entry)
{
    struct signal_frame frame = {.info = *info, .mask = masks.later, .blocked = masks.blocked};
    arch_user_get(&t->user, &frame.regs);
    uint64_t stack = frame.regs.rsp - RED_ZONE;
    bool inside = frame.regs.rsp - t->altstack_base < t->altstack_bytes;
    if (on_altstack && t->altstack_bytes != 0 && !inside) {
        stack = t->altstack_base + t->altstack_bytes;
        frame.stack_flags = 1;
    }
    uint64_t at = (stack - sizeof frame) & ~15UL;
    status_t status = user_write(t->space, at, &frame, sizeof frame);
    if (status < 0)
        return status;
    struct user_regs regs = frame.regs;
    regs.rip = entry;
    regs.rsp = at - 8;
    regs.rdi = info->signo;
    regs.rsi = at;
    regs.rflags &= ~(uint64_t)FLAGS_NOT_HANDED;
    return arch_user_set(&t->user, &regs);
}

static void signal_log_crash(struct thread *t, uint32_t signo, uint64_t addr)
{
    struct machine *machine = t->object.machine;
    struct user_regs r;
    arch_user_get(&t->user, &r);
    log_line(machine, LOG_WARNING, "%s[%u]: signal %u at ip %llx, address %llx", t->process->name,
             process_cred_word(t->process, CRED_PID), signo, (unsigned long long)r.rip,
             (unsigned long long)addr);
    log_line(machine, LOG_WARNING, "  rax %016llx rbx %016llx rcx %016llx rdx %016llx",
             (unsigned long long)r.rax, (unsigned long long)r.rbx, (unsigned long long)r.rcx,
             (unsigned long long)r.rdx);
    log_line(machine, LOG_WARNING, "  rsi %016llx rdi %016llx rbp %016llx rsp %016llx",
             (unsigned long long)r.rsi, (unsigned long long)r.rdi, (unsigned long long)r.rbp,
             (unsigned long long)r.rsp);
    log_line(machine, LOG_WARNING, "  r8  %016llx r9  %016llx r10 %016llx r11 %016llx",
             (unsigned long long)r.r8, (unsigned long long)r.r9, (unsigned long long)r.r10,
             (unsigned long long)r.r11);
    log_line(machine, LOG_WARNING, "  r12 %016llx r13 %016llx r14 %016llx r15 %016llx",
             (unsigned long long)r.r12, (unsigned long long)r.r13, (unsigned long long)r.r14,
             (unsigned long long)r.r15);
    uint64_t frame[2], rbp = r.rbp;
    for (unsigned i = 0;
         i < 16 && (rbp & 7) == 0 && user_read(t->space, frame, rbp, sizeof frame) == 0; i++) {
        log_line(machine, LOG_WARNING, "  #%u %llx", i + 1, (unsigned long long)frame[1]);
        if (frame[0] <= rbp)
            break;
        rbp = frame[0];
    }
}

/* Park until the supervisor has acted; without one, act. */
static status_t signal_default(struct thread *t, uint32_t signo, uint32_t event)
{
    struct process *process = t->process;
    bool supervised = process_is_supervised(process);
    lock_acquire(&process->lock);
    if (!supervised) {
        lock_release(&process->lock);
        if (!(DYAD_SIGNAL_BIT(signo) & (STOP_SIGNALS | DYAD_SIGNALS_DEFAULT_IGNORE)))
            process_kill(process,
                         (int32_t)(WSTATUS_SIGNAL(signo) |
                                   (DYAD_SIGNAL_BIT(signo) & CORE_SIGNALS ? WSTATUS_CORE : 0)));
        return 0;
    }
    if (event == EVENT_FAULT)
        process->fault_signo = signo;
    else
        process->default_pending |= DYAD_SIGNAL_BIT(signo);
    atomic_fetch_or(&process->levels, event);
    t->wait.kill_only = true;
    t->parked_signo = signo;
    list_append(&process->stopped_threads, &t->wait.link);
    status_t status = wait_arm(t, &process->object, &process->lock, DEADLINE_NEVER);
    if (status != STATUS_PARKED) { /* killed meanwhile */
        list_remove(&t->wait.link);
        t->parked_signo = 0;
        t->wait.kill_only = false;
        status = 0;
    }
    kobject_get(&process->object); /* t may be gone after the release */
    lock_release(&process->lock);
    watch_trigger(&process->object, event);
    kobject_put(&process->object);
    return status;
}

status_t signal_deliver(struct thread *t)
{
    struct process *process = t->process;
    struct signal_info info;
    lock_acquire(&process->lock);
    uint64_t ready = (process->signal_pending | t->signal_pending) & ~t->signal_mask;
    if (ready == 0) {
        if (t->signal_restore_mask)
            t->signal_mask = t->signal_saved_mask;
        t->signal_restore_mask = false;
        signal_update_attention(process, t);
        lock_release(&process->lock);
        return 0;
    }
    uint32_t signo = (uint32_t)__builtin_ctzll(ready) + 1;
    uint64_t bit = DYAD_SIGNAL_BIT(signo);
    struct signal_record *record = signal_take(process, t, signo, &info);
    bool ignored = signal_ignored(process) & bit;
    bool caught = process->signal_caught & bit;
    bool onstack = process->signal_onstack & bit;
    uint64_t entry = process->signal_entry;
    struct signal_masks masks = {.later = t->signal_mask, .blocked = t->signal_mask};
    if (t->signal_restore_mask)
        masks.later = t->signal_saved_mask;
    t->signal_mask = caught ? ~DYAD_SIGNALS_FORCED : masks.later;
    t->signal_restore_mask = false;
    signal_update_attention(process, t);
    lock_release(&process->lock);
    if (record != NULL)
        quota_free(process->quota, record, sizeof *record);
    if (ignored)
        return 0;
    if (!caught)
        return signal_default(t, signo, EVENT_SIGNAL);
    if (signal_redirect(t, &info, masks, onstack, entry) < 0) {
        signal_log_crash(t, DYAD_SIGSEGV, 0);
        return signal_default(t, DYAD_SIGSEGV, EVENT_FAULT);
    }
    return 0;
}

status_t signal_fault(struct thread *t, uint32_t signo, int32_t code, uint64_t addr)
{
    struct process *process = t->process;
    uint64_t bit = DYAD_SIGNAL_BIT(signo);
    struct signal_info info = {.signo = signo, .code = code, .value = addr};
    lock_acquire(&process->lock);
    bool caught = (process->signal_caught & bit) && !(t->signal_mask & bit);
    bool onstack = process->signal_onstack & bit;
    uint64_t entry = process->signal_entry;
    struct signal_masks masks = {.later = t->signal_mask, .blocked = t->signal_mask};
    if (caught) {
        t->signal_mask = ~DYAD_SIGNALS_FORCED;
        signal_update_attention(process, t);
    }
    lock_release(&process->lock);
    if (caught && signal_redirect(t, &info, masks, onstack, entry) == 0)
        return 0;
    signal_log_crash(t, signo, addr);
    return signal_default(t, signo, EVENT_FAULT);
}

void signal_borrow_mask(struct thread *t, uint64_t mask)
{
    lock_acquire(&t->process->lock);
    t->signal_saved_mask = t->signal_mask;
    t->signal_restore_mask = true;
    t->signal_mask = mask & ~DYAD_SIGNALS_FORCED;
    signal_update_attention(t->process, t);
    lock_release(&t->process->lock);
}

void signal_give_back_mask(struct thread *t)
{
    lock_acquire(&t->process->lock);
    ASSERT(t->signal_restore_mask);
    t->signal_mask = t->signal_saved_mask;
    t->signal_restore_mask = false;
    signal_update_attention(t->process, t);
    lock_release(&t->process->lock);
}

void signal_reset_for_exec(struct process *process)
{
    process->signal_caught = 0;
    process->signal_onstack = 0;
    process->signal_children = 0;
    process->signal_entry = 0;
}
