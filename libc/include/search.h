/* search.h: hash tables, binary trees, queues and linear search. */
#pragma once
#include <features.h>
#include <bits/types.h>

typedef struct entry {
    char *key;
    void *data;
} ENTRY;

typedef enum { FIND, ENTER } ACTION;
typedef enum { preorder, postorder, endorder, leaf } VISIT;

#if __GNU_VISIBLE
struct hsearch_data {
    struct __tab *__tab;
};
#endif

#if __MISC_VISIBLE
struct qelem {
    struct qelem *q_forw, *q_back;
    char q_data[1];
};
#endif

#if __POSIX_VISIBLE >= 202405
typedef void posix_tnode; /* what a tree is made of; the pointers are void * here */
#endif

typedef int (*__compar_fn_t)(const void *, const void *);

__BEGIN_DECLS
int hcreate(size_t __count);
void hdestroy(void);
ENTRY *hsearch(ENTRY __item, ACTION __action);
#if __GNU_VISIBLE
int hcreate_r(size_t __count, struct hsearch_data *__table);
void hdestroy_r(struct hsearch_data *__table);
int hsearch_r(ENTRY __item, ACTION __action, ENTRY **__found, struct hsearch_data *__table);
#endif

void insque(void *__element, void *__previous);
void remque(void *__element);

void *lsearch(const void *__key, void *__base, size_t *__count, size_t __size,
              __compar_fn_t __compare);
void *lfind(const void *__key, const void *__base, size_t *__count, size_t __size,
            __compar_fn_t __compare);

void *tsearch(const void *__key, void **__root, __compar_fn_t __compare);
void *tfind(const void *__key, void *const *__root, __compar_fn_t __compare);
void *tdelete(const void *__restrict __key, void **__restrict __root, __compar_fn_t __compare);
void twalk(const void *__root, void (*__visit)(const void *, VISIT, int));
#if __GNU_VISIBLE
void tdestroy(void *__root, void (*__release)(void *));
#endif
__END_DECLS
