/*
 * authority.c: no handle allows more than what it was made from. The rights that handles of an object have had so far are kept until
 * its memory is freed; a handle that turns up anywhere in the machine must be covered by one that was there before.
 *
 * The first handles of an object that are seen give the measure, whoever made it. Handles of a process and of its address space can be
 * made anew by whoever controls it or is it (PROCESS_SELF, PROCESS_SPACE), so they are left out.
 */
#include "core/process.h"
#include "tests/sim/user.h"

#define OBJECTS  1024u /* a power of 2 */
#define KEPT     4u    /* sets of rights of an object of which none covers another */
#define LIVE_MAX 256u  /* objects at a time; those beyond are not looked at */

struct authority {
    const struct kobject *object; /* NULL: free; DROPPED: was used */
    uint32_t rights[KEPT];
    uint8_t count;
    bool new_now; /* seen for the first time in this look */
};

static const struct kobject dropped;
static struct authority table[OBJECTS];
static struct authority *live[LIVE_MAX];
static unsigned live_count, used; /* used: entries that have ever been taken */

void authority_reset(void)
{
    for (unsigned i = 0; used != 0 && i < OBJECTS; i++)
        table[i].object = NULL;
    used = live_count = 0;
}

static struct authority *authority_add(struct authority *at, const struct kobject *object)
{
    if (live_count == LIVE_MAX || used == OBJECTS / 2)
        return NULL;
    used += at->object == NULL;
    *at = (struct authority){.object = object, .new_now = true};
    live[live_count++] = at;
    return at;
}

/* The entry of an object; a new one, or NULL when there are too many. */
static struct authority *authority_of(const struct kobject *object)
{
    uint64_t slot = ((uintptr_t)object >> 4) * 0x9e3779b97f4a7c15u >> 40;
    struct authority *reuse = NULL;
    for (;; slot++) {
        struct authority *at = &table[slot % OBJECTS];
        if (at->object == object)
            return at;
        if (at->object == &dropped && reuse == NULL)
            reuse = at;
        if (at->object == NULL)
            return authority_add(reuse != NULL ? reuse : at, object);
    }
}

void authority_freed(const void *memory, size_t bytes)
{
    for (unsigned i = 0; i < live_count;) {
        if ((uintptr_t)live[i]->object - (uintptr_t)memory >= bytes) {
            i++;
            continue;
        }
        live[i]->object = &dropped;
        live[i] = live[--live_count];
    }
}

static bool is_covered(const struct authority *of, uint32_t rights)
{
    for (unsigned i = 0; i < of->count; i++) {
        if ((rights & ~of->rights[i]) == 0)
            return true;
    }
    return false;
}

static bool is_left_out(const struct kobject *object)
{
    return object->ops->kind == HANDLE_KIND_PROCESS || object->ops->kind == HANDLE_KIND_SPACE;
}

static void look_at(const struct process *process, const struct handle_entry *entry)
{
    const struct kobject *object = entry->object;
    if (object == NULL || is_left_out(object))
        return;
    struct authority *known = authority_of(object);
    if (known == NULL || is_covered(known, entry->rights))
        return;
    if (!known->new_now)
        sim_fail("authority: %s has a handle of a %s with rights %#x, and nobody had them before",
                 process->name, object->ops->name, entry->rights);
    if (known->count < KEPT)
        known->rights[known->count++] = entry->rights;
}

/* All tables at one moment at which nobody is changing one; otherwise next time. */
void authority_look(void) NO_THREAD_ANALYSIS
{
    struct machine *machine = sim.machine;
    if (!lock_is_free(&machine->lock))
        return;
    struct tree_node *node;
    for (node = tree_first(&machine->processes); node != NULL; node = tree_next(node)) {
        if (!lock_is_free(&CONTAINER_OF(node, struct process, machine_node)->lock))
            return;
    }
    for (node = tree_first(&machine->processes); node != NULL; node = tree_next(node)) {
        const struct process *process = CONTAINER_OF(node, struct process, machine_node);
        for (uint32_t i = 0; i < process->handles.capacity; i++)
            look_at(process, &process->handles.entries[i]);
    }
    for (unsigned i = 0; i < live_count; i++)
        live[i]->new_now = false;
}
