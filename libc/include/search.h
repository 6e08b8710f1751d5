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

struct hsearch_data {
    struct __tab *__tab;
};

struct qelem {
    struct qelem *q_forw, *q_back;
    char q_data[1];
};

typedef int (*__compar_fn_t)(const void *, const void *);

__BEGIN_DECLS
int hcreate(size_t count);
void hdestroy(void);
ENTRY *hsearch(ENTRY item, ACTION action);
int hcreate_r(size_t count, struct hsearch_data *table);
void hdestroy_r(struct hsearch_data *table);
int hsearch_r(ENTRY item, ACTION action, ENTRY **found, struct hsearch_data *table);

void insque(void *element, void *previous);
void remque(void *element);

void *lsearch(const void *key, void *base, size_t *count, size_t size, __compar_fn_t compare);
void *lfind(const void *key, const void *base, size_t *count, size_t size, __compar_fn_t compare);

void *tsearch(const void *key, void **root, __compar_fn_t compare);
void *tfind(const void *key, void *const *root, __compar_fn_t compare);
void *tdelete(const void *__restrict key, void **__restrict root, __compar_fn_t compare);
void twalk(const void *root, void (*visit)(const void *node, VISIT order, int depth));
void tdestroy(void *root, void (*release)(void *key));
__END_DECLS
