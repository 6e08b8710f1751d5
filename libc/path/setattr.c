/* setattr.c: change a file's attributes by handle or by path. */
#include "internal/setattr.h"

int64_t __setattr(handle_t h, const struct dyad_setattr *attributes, uint64_t mask)
{
    return __verb_data(h, VERB_setattr, mask, 0, attributes, sizeof *attributes, NULL, 0);
}

int64_t __setattr_path(int dir, const char *path, const struct dyad_setattr *attributes,
                       uint64_t mask, bool nofollow)
{
    struct path_request request = {.verb = VERB_setattrat,
                                   .prefix = attributes,
                                   .prefix_len = sizeof *attributes,
                                   .args = {mask, nofollow ? FILE_NOFOLLOW : 0}};
    return __path_call(dir, path, &request);
}
