/* list.h: doubly linked intrusive lists. */
#pragma once
#include "core/base.h"

struct list {
    struct list *next, *prev; /* a head or a linked node; an unlinked node points to itself */
};

static inline void list_init(struct list *head)
{
    head->next = head->prev = head;
}
static inline bool list_empty(const struct list *head)
{
    return head->next == head;
}
static inline bool list_linked(const struct list *node)
{
    return node->next != node;
}

static inline void list_insert_before(struct list *at, struct list *node)
{
    node->prev = at->prev;
    node->next = at;
    at->prev->next = node;
    at->prev = node;
}
static inline void list_append(struct list *head, struct list *node)
{
    list_insert_before(head, node);
}
static inline void list_push(struct list *head, struct list *node)
{
    list_insert_before(head->next, node);
}

/* Harmless on an unlinked node. */
static inline void list_remove(struct list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    node->next = node->prev = node;
}

/* The first node, unlinked; NULL when empty. */
static inline struct list *list_pop(struct list *head)
{
    struct list *node = head->next;
    if (node == head)
        return NULL;
    list_remove(node);
    return node;
}

/* Moves everything in `from` to the end of `to`; `from` is empty then. */
static inline void list_splice(struct list *to, struct list *from)
{
    if (list_empty(from))
        return;
    from->next->prev = to->prev;
    to->prev->next = from->next;
    from->prev->next = to;
    to->prev = from->prev;
    list_init(from);
}

#define LIST_ENTRY(node, type, member) CONTAINER_OF(node, type, member)
#define LIST_FOR_EACH(node, head) \
    for (struct list *node = (head)->next; node != (head); node = node->next)
