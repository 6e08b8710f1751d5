/* process_load.c: start a program in an empty process, as init does. */
#include <dyad/process.h>
#include "internal/process.h"

int dyad_process_load(handle_t process, const struct dyad_image *image, uint32_t thread_flags)
{
    struct exec_args start;
    int64_t space = dyad_process_control(process, PROCESS_SPACE, 0, 0);
    if (space < 0)
        return (int)space;
    int64_t result = dyad_image_load((handle_t)space, image, &start);
    dyad_handle_close((handle_t)space);
    if (result >= 0)
        result = dyad_process_control(process, PROCESS_SET_NAME, dyad_arg(start.name),
                                      sizeof start.name);
    if (result >= 0) {
        struct thread_args thread = {
            .entry = start.entry, .stack = start.stack, .flags = thread_flags};
        result = dyad_thread_create(process, &thread);
    }
    return result < 0 ? (int)result : 0;
}
