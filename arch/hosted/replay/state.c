/*
 * state.c: a hash of what the machine is, in terms that are the same on every host: no pointers. It walks the core's
 * structures by itself and without locks: one core, which is at its end.
 */
#include "core/machine.h"
#include "core/memory.h"
#include "core/process.h"
#include "core/space_internal.h"
#include "replay/internal.h"
#include "stub_pool.h"

struct state {
    uint64_t hash;
    const struct machine *machine;
};

static void add(struct state *s, uint64_t word)
{
    s->hash = hash_word(s->hash, word);
}

static void add_page(struct state *s, const struct page *page)
{
    const struct page_pool *pool = &s->machine->page_pool;
    const char *data = pool->base + ((uint64_t)(page - pool->pages) << DYAD_PAGE_SHIFT);
    s->hash = hash_bytes(s->hash, data, DYAD_PAGE_SIZE);
}

/* Words that name pages, with tags in their low bits, in the order of their indices. */
static void add_pages(struct state *s, const struct radix_node *node)
{
    if (!node)
        return;
    for (uint64_t bits = node->present; bits; bits &= bits - 1) {
        unsigned way = (unsigned)__builtin_ctzll(bits);
        uintptr_t slot = node->slots[way];
        if (node->shift) {
            add_pages(s, (const struct radix_node *)slot);
            continue;
        }
        add(s, (node->prefix + way) << 4 | (slot & WORD_TAGS));
        add_page(s, word_page(slot));
    }
}

static void add_memory(struct state *s, const struct memory *memory) NO_THREAD_ANALYSIS
{
    add(s, memory->bytes);
    add(s, memory->fixed_bytes);
    if (!memory_is_fixed(memory))
        add_pages(s, memory->pages.root);
}

static void add_regions(struct state *s, const struct tree_node *node)
{
    if (!node)
        return;
    add_regions(s, node->left);
    const struct region *region = CONTAINER_OF(node, struct region, node);
    add(s, region->start);
    add(s, region->end);
    add(s, (uint64_t)region->flags << 32 | region->may << 8 | region->prot);
    add(s, region->offset);
    add_regions(s, node->right);
}

static void add_space(struct state *s, const struct space *space) NO_THREAD_ANALYSIS
{
    add_regions(s, space->regions.root);
    add_pages(s, space->pages.root);
}

static void add_handles(struct state *s, const struct handle_table *table)
{
    for (unsigned i = 0; i < table->capacity; i++) {
        const struct handle_entry *entry = &table->entries[i];
        if (!entry->object)
            continue;
        enum handle_kind kind = entry->object->ops->kind;
        add(s, (uint64_t)i << 48 | (uint64_t)entry->generation << 32 | entry->rights);
        add(s, kind);
        if (kind == HANDLE_KIND_MEMORY)
            add_memory(s, memory_of(entry->object));
    }
}

static void add_thread(struct state *s, const struct thread *t) NO_THREAD_ANALYSIS
{
    add(s, (uint64_t)t->id << 32 | (uint64_t)t->wait.state << 16 | t->attention);
    add(s, t->signal_mask);
    add(s, t->signal_pending);
    add(s, t->used_ns);
    if (t->user.context)
        s->hash = hash_bytes(s->hash, &t->user.context->regs, sizeof(t->user.context->regs));
}

static void add_process(struct state *s, const struct process *process) NO_THREAD_ANALYSIS
{
    add(s, process->kid);
    s->hash = hash_bytes(s->hash, process->name, strlen(process->name));
    s->hash = hash_bytes(s->hash, &process->cred, sizeof(process->cred));
    add(s, (uint64_t)process->state << 32 | (uint32_t)process->status);
    add(s, process->signal_pending);
    add(s, process->signal_caught);
    add(s, process->signal_ignored);
    for (struct list *node = process->threads.next; node != &process->threads; node = node->next)
        add_thread(s, CONTAINER_OF(node, struct thread, process_link));
    add_handles(s, &process->handles);
    if (process->space)
        add_space(s, process->space);
}

static void add_processes(struct state *s, const struct tree_node *node)
{
    if (!node)
        return;
    add_processes(s, node->left);
    add_process(s, CONTAINER_OF(node, struct process, machine_node));
    add_processes(s, node->right);
}

uint64_t state_hash(const struct machine *machine) NO_THREAD_ANALYSIS
{
    struct state s = {.machine = machine};
    add(&s, machine->process_count);
    add(&s, machine->page_pool.free_count);
    add_processes(&s, machine->processes.root);
    return s.hash;
}
