/* startup.c: the startup handles that are not descriptors. */
#include <dyad/startup.h>
#include "internal/startup.h"

const struct startup_entry *dyad_startup_entry(uint32_t index)
{
    return __startup && index < __startup->count ? &__startup->entries[index] : NULL;
}

handle_t dyad_startup_handle(enum startup_kind kind)
{
    const struct startup_entry *entry;
    for (uint32_t i = 0; (entry = dyad_startup_entry(i)) != NULL; i++) {
        if (entry->kind == (uint32_t)kind)
            return entry->handle;
    }
    return HANDLE_NONE;
}
