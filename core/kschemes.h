/* kschemes.h: what the kernel's own schemes share: their files, and sources of change behind them. */
#pragma once
#include "core/event.h"
#include "core/scheme.h"

struct machine;
struct quota;

/* Every object of kind HANDLE_KIND_KERNEL begins with one. */
struct kfile {
    struct kobject object;
    struct quota *quota;                    /* counted; paid for it */
    size_t bytes;                           /* of the allocation */
    const struct kernel_scheme_ops *scheme; /* opens what lies below it, for a directory; NULL */
    uint32_t mode;                          /* for stat: MODE_* */
    uint64_t size;                          /* for stat; constant */
    _Atomic uint32_t flags;                 /* FILE_* */
    _Atomic uint64_t offset;
};

static inline struct kfile *kfile_of(struct kobject *object)
{
    return CONTAINER_OF(object, struct kfile, object);
}

/* A file in `bytes` of zeroed memory that begins with struct kfile, with one reference. NULL: out of memory. */
struct kfile *kfile_create(struct thread *t, size_t bytes, const struct kobject_ops *ops,
                           uint32_t mode, unsigned flags);
void kfile_destroy(struct kobject *object);
/* HANDLE_GET_FLAGS, _SET_FLAGS, _SEEK_*. */
status_t kfile_control(struct thread *t, struct kobject *object, unsigned rights, enum handle_op op,
                       uint64_t arg);
/* The rights that opening with `flags` gives, out of `allowed`; all files may be called, passed and watched. */
uint32_t kfile_rights(unsigned flags, uint32_t allowed);
/* Where a read or write is: *offset UINT64_MAX becomes the file's own. -> true: that advances. */
bool kfile_position(struct kfile *file, uint64_t *offset);

/* A file that gives fixed text: a snapshot, which it owns a copy of. */
MUST_CHECK status_t ktext_create(struct thread *t, const char *text, size_t bytes, unsigned flags,
                                 struct kobject **out, uint32_t *rights);

/*
 * Something that changes by itself (a device, the log), with the files open on it and the threads that wait for it.
 * Its lock guards the waits and what the files know of it.
 */
struct ksource {
    struct lock lock;                      /* rank LOCK_DEVICE */
    struct list files GUARDED_BY(&lock);   /* ksource_file.link */
    struct list waiters GUARDED_BY(&lock); /* wait.link; they go on by their steps */
    uint32_t round GUARDED_BY(&lock);
    _Atomic uint32_t file_count;
};
struct ksource_file {
    struct kfile file;
    struct ksource *source;
    struct list link; /* guarded by source->lock */
    uint32_t round;   /* the same: the last change it was told of */
};
void ksource_init(struct ksource *source);
void ksource_open(struct ksource *source, struct ksource_file *file);
void ksource_close(struct kobject *object); /* kobject_ops.close of its files */
void ksource_wake_locked(struct ksource *source) REQUIRES(&source->lock);
/* The source has changed: wake who waits, trigger the files' watches. No locks held. */
void ksource_changed(struct ksource *source, unsigned levels);

struct kdevice {
    struct ksource source;
    /* Under source.lock: input that has been taken from the device and not yet read. */
    uint8_t buffer[512];
    uint32_t start;
    _Atomic uint32_t used;
};

struct reaper {
    struct lock lock; /* rank LOCK_DEVICE */
    struct list items GUARDED_BY(&lock);
    _Atomic uint32_t count; /* queued or being worked on */
    _Atomic bool busy;
};
void reaper_init(struct reaper *reaper);
/* Is there anything to reap? A hint: what is missed now is found in the next round. */
static inline bool reaper_pending(const struct reaper *reaper)
{
    return atomic_load_explicit(&reaper->count, memory_order_relaxed) != 0;
}

struct kirq;
/* Who has which interrupt line (kirq.c). */
struct kirq_table {
    struct lock lock;                                 /* rank LOCK_DEVICE */
    struct kirq *bound[ARCH_LINES] GUARDED_BY(&lock); /* each has a handle; NULL: nobody */
};
void kirq_init(struct kirq_table *table);
/* Bits of arch_pending that are lines. No locks held. */
void kirq_interrupts(struct machine *machine, uint32_t devices);

struct kernel_schemes {
    struct reaper reaper;
    struct kirq_table irqs;
    _Atomic bool screen_taken; /* somebody has hw:screen open for writing */
    struct kdevice devices[ARCH_DEVICE_COUNT];
    struct ksource log;
    _Atomic uint64_t log_seen;
};

static inline bool kernel_schemes_log_watched(struct kernel_schemes *schemes)
{
    return atomic_load_explicit(&schemes->log.file_count, memory_order_relaxed) != 0;
}

extern const struct kernel_scheme_ops ksys_scheme, klog_scheme, ktime_scheme, kproc_scheme,
    khw_scheme, kirq_scheme, kport_scheme, kmemory_scheme;

/* hw:pci, hw:screen and hw:screen/memory (kdriver.c). */
MUST_CHECK status_t kpci_open(struct thread *t, unsigned flags, struct kobject **out,
                              uint32_t *rights);
MUST_CHECK status_t kscreen_open(struct thread *t, unsigned flags, struct kobject **out,
                                 uint32_t *rights);
MUST_CHECK status_t kscreen_open_memory(struct thread *t, unsigned flags, struct kobject **out,
                                        uint32_t *rights);

/* A call on something that is not a user-space server's: few verbs mean something there. */
MUST_CHECK status_t kernel_call(struct thread *t, struct kobject *object, uint64_t verb,
                                uint64_t args);
/* The kernel scheme whose directory the object is; NULL: it is none. */
const struct kernel_scheme_ops *kernel_scheme_of(struct kobject *object);
