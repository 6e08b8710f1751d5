/*
 * sys/queue.h: lists as macros, with the names of the BSDs: SLIST (singly linked), LIST (doubly linked), STAILQ and SIMPLEQ (with a
 * tail), TAILQ (doubly linked, with a tail).
 */
#pragma once

/* ---- Singly linked ---- */

#define SLIST_HEAD(name, type)  \
    struct name {               \
        struct type *slh_first; \
    }
#define SLIST_HEAD_INITIALIZER(head) {NULL}
#define SLIST_ENTRY(type)      \
    struct {                   \
        struct type *sle_next; \
    }
#define SLIST_FIRST(head)      ((head)->slh_first)
#define SLIST_EMPTY(head)      (SLIST_FIRST(head) == NULL)
#define SLIST_NEXT(elm, field) ((elm)->field.sle_next)
#define SLIST_INIT(head)       ((void)(SLIST_FIRST(head) = NULL))
#define SLIST_FOREACH(var, head, field) \
    for ((var) = SLIST_FIRST(head); (var); (var) = SLIST_NEXT(var, field))
#define SLIST_FOREACH_SAFE(var, head, field, tvar) \
    for ((var) = SLIST_FIRST(head); (var) && ((tvar) = SLIST_NEXT(var, field), 1); (var) = (tvar))
#define SLIST_INSERT_HEAD(head, elm, field)         \
    do {                                            \
        SLIST_NEXT(elm, field) = SLIST_FIRST(head); \
        SLIST_FIRST(head) = (elm);                  \
    } while (0)
#define SLIST_INSERT_AFTER(slistelm, elm, field)              \
    do {                                                      \
        SLIST_NEXT(elm, field) = SLIST_NEXT(slistelm, field); \
        SLIST_NEXT(slistelm, field) = (elm);                  \
    } while (0)
#define SLIST_REMOVE_HEAD(head, field) \
    ((void)(SLIST_FIRST(head) = SLIST_NEXT(SLIST_FIRST(head), field)))
#define SLIST_REMOVE_AFTER(elm, field) \
    ((void)(SLIST_NEXT(elm, field) = SLIST_NEXT(SLIST_NEXT(elm, field), field)))
#define SLIST_REMOVE(head, elm, type, field)              \
    do {                                                  \
        struct type **slist_link = &SLIST_FIRST(head);    \
        while (*slist_link != (elm))                      \
            slist_link = &SLIST_NEXT(*slist_link, field); \
        *slist_link = SLIST_NEXT(elm, field);             \
    } while (0)

/* ---- Doubly linked ---- */

#define LIST_HEAD(name, type)  \
    struct name {              \
        struct type *lh_first; \
    }
#define LIST_HEAD_INITIALIZER(head) {NULL}
#define LIST_ENTRY(type)                 \
    struct {                             \
        struct type *le_next, **le_prev; \
    }
#define LIST_FIRST(head)      ((head)->lh_first)
#define LIST_EMPTY(head)      (LIST_FIRST(head) == NULL)
#define LIST_NEXT(elm, field) ((elm)->field.le_next)
#define LIST_INIT(head)       ((void)(LIST_FIRST(head) = NULL))
#define LIST_FOREACH(var, head, field) \
    for ((var) = LIST_FIRST(head); (var); (var) = LIST_NEXT(var, field))
#define LIST_FOREACH_SAFE(var, head, field, tvar) \
    for ((var) = LIST_FIRST(head); (var) && ((tvar) = LIST_NEXT(var, field), 1); (var) = (tvar))
#define LIST_INSERT_HEAD(head, elm, field)                            \
    do {                                                              \
        LIST_NEXT(elm, field) = LIST_FIRST(head);                     \
        if (LIST_FIRST(head))                                         \
            LIST_FIRST(head)->field.le_prev = &LIST_NEXT(elm, field); \
        LIST_FIRST(head) = (elm);                                     \
        (elm)->field.le_prev = &LIST_FIRST(head);                     \
    } while (0)
#define LIST_INSERT_AFTER(listelm, elm, field)                             \
    do {                                                                   \
        LIST_NEXT(elm, field) = LIST_NEXT(listelm, field);                 \
        if (LIST_NEXT(elm, field))                                         \
            LIST_NEXT(elm, field)->field.le_prev = &LIST_NEXT(elm, field); \
        LIST_NEXT(listelm, field) = (elm);                                 \
        (elm)->field.le_prev = &LIST_NEXT(listelm, field);                 \
    } while (0)
#define LIST_INSERT_BEFORE(listelm, elm, field)            \
    do {                                                   \
        (elm)->field.le_prev = (listelm)->field.le_prev;   \
        LIST_NEXT(elm, field) = (listelm);                 \
        *(listelm)->field.le_prev = (elm);                 \
        (listelm)->field.le_prev = &LIST_NEXT(elm, field); \
    } while (0)
#define LIST_REMOVE(elm, field)                                          \
    do {                                                                 \
        if (LIST_NEXT(elm, field))                                       \
            LIST_NEXT(elm, field)->field.le_prev = (elm)->field.le_prev; \
        *(elm)->field.le_prev = LIST_NEXT(elm, field);                   \
    } while (0)

/* ---- Singly linked, with a tail ---- */

#define STAILQ_HEAD(name, type)               \
    struct name {                             \
        struct type *stqh_first, **stqh_last; \
    }
#define STAILQ_HEAD_INITIALIZER(head) {NULL, &(head).stqh_first}
#define STAILQ_ENTRY(type)      \
    struct {                    \
        struct type *stqe_next; \
    }
#define STAILQ_FIRST(head)      ((head)->stqh_first)
#define STAILQ_EMPTY(head)      (STAILQ_FIRST(head) == NULL)
#define STAILQ_NEXT(elm, field) ((elm)->field.stqe_next)
#define STAILQ_INIT(head)                        \
    do {                                         \
        STAILQ_FIRST(head) = NULL;               \
        (head)->stqh_last = &STAILQ_FIRST(head); \
    } while (0)
#define STAILQ_FOREACH(var, head, field) \
    for ((var) = STAILQ_FIRST(head); (var); (var) = STAILQ_NEXT(var, field))
#define STAILQ_FOREACH_SAFE(var, head, field, tvar) \
    for ((var) = STAILQ_FIRST(head); (var) && ((tvar) = STAILQ_NEXT(var, field), 1); (var) = (tvar))
#define STAILQ_INSERT_HEAD(head, elm, field)              \
    do {                                                  \
        STAILQ_NEXT(elm, field) = STAILQ_FIRST(head);     \
        if (!STAILQ_NEXT(elm, field))                     \
            (head)->stqh_last = &STAILQ_NEXT(elm, field); \
        STAILQ_FIRST(head) = (elm);                       \
    } while (0)
#define STAILQ_INSERT_TAIL(head, elm, field)          \
    do {                                              \
        STAILQ_NEXT(elm, field) = NULL;               \
        *(head)->stqh_last = (elm);                   \
        (head)->stqh_last = &STAILQ_NEXT(elm, field); \
    } while (0)
#define STAILQ_INSERT_AFTER(head, listelm, elm, field)         \
    do {                                                       \
        STAILQ_NEXT(elm, field) = STAILQ_NEXT(listelm, field); \
        if (!STAILQ_NEXT(elm, field))                          \
            (head)->stqh_last = &STAILQ_NEXT(elm, field);      \
        STAILQ_NEXT(listelm, field) = (elm);                   \
    } while (0)
#define STAILQ_REMOVE_HEAD(head, field)                              \
    do {                                                             \
        STAILQ_FIRST(head) = STAILQ_NEXT(STAILQ_FIRST(head), field); \
        if (!STAILQ_FIRST(head))                                     \
            (head)->stqh_last = &STAILQ_FIRST(head);                 \
    } while (0)
#define STAILQ_REMOVE(head, elm, type, field)                \
    do {                                                     \
        struct type **stailq_link = &STAILQ_FIRST(head);     \
        while (*stailq_link != (elm))                        \
            stailq_link = &STAILQ_NEXT(*stailq_link, field); \
        *stailq_link = STAILQ_NEXT(elm, field);              \
        if (!*stailq_link)                                   \
            (head)->stqh_last = stailq_link;                 \
    } while (0)
#define STAILQ_CONCAT(head1, head2)                    \
    do {                                               \
        if (!STAILQ_EMPTY(head2)) {                    \
            *(head1)->stqh_last = STAILQ_FIRST(head2); \
            (head1)->stqh_last = (head2)->stqh_last;   \
            STAILQ_INIT(head2);                        \
        }                                              \
    } while (0)

#define SIMPLEQ_HEAD(name, type)              \
    struct name {                             \
        struct type *stqh_first, **stqh_last; \
    }
#define SIMPLEQ_HEAD_INITIALIZER STAILQ_HEAD_INITIALIZER
#define SIMPLEQ_ENTRY            STAILQ_ENTRY
#define SIMPLEQ_FIRST            STAILQ_FIRST
#define SIMPLEQ_EMPTY            STAILQ_EMPTY
#define SIMPLEQ_NEXT             STAILQ_NEXT
#define SIMPLEQ_INIT             STAILQ_INIT
#define SIMPLEQ_FOREACH          STAILQ_FOREACH
#define SIMPLEQ_FOREACH_SAFE     STAILQ_FOREACH_SAFE
#define SIMPLEQ_INSERT_HEAD      STAILQ_INSERT_HEAD
#define SIMPLEQ_INSERT_TAIL      STAILQ_INSERT_TAIL
#define SIMPLEQ_INSERT_AFTER     STAILQ_INSERT_AFTER
#define SIMPLEQ_REMOVE_HEAD      STAILQ_REMOVE_HEAD
#define SIMPLEQ_REMOVE           STAILQ_REMOVE
#define SIMPLEQ_CONCAT           STAILQ_CONCAT

/* ---- Doubly linked, with a tail: `last` is that of the link before, which has the same shape as the head. ---- */

#define TAILQ_HEAD(name, type)              \
    struct name {                           \
        struct type *tqh_first, **tqh_last; \
    }
#define TAILQ_HEAD_INITIALIZER(head) {NULL, &(head).tqh_first}
#define TAILQ_ENTRY(type)                  \
    struct {                               \
        struct type *tqe_next, **tqe_prev; \
    }
#define TAILQ_FIRST(head)                ((head)->tqh_first)
#define TAILQ_EMPTY(head)                (TAILQ_FIRST(head) == NULL)
#define TAILQ_NEXT(elm, field)           ((elm)->field.tqe_next)
#define TAILQ_LAST(head, headname)       (*((struct headname *)((head)->tqh_last))->tqh_last)
#define TAILQ_PREV(elm, headname, field) (*((struct headname *)((elm)->field.tqe_prev))->tqh_last)
#define TAILQ_INIT(head)                       \
    do {                                       \
        TAILQ_FIRST(head) = NULL;              \
        (head)->tqh_last = &TAILQ_FIRST(head); \
    } while (0)
#define TAILQ_FOREACH(var, head, field) \
    for ((var) = TAILQ_FIRST(head); (var); (var) = TAILQ_NEXT(var, field))
#define TAILQ_FOREACH_SAFE(var, head, field, tvar) \
    for ((var) = TAILQ_FIRST(head); (var) && ((tvar) = TAILQ_NEXT(var, field), 1); (var) = (tvar))
#define TAILQ_FOREACH_REVERSE(var, head, headname, field) \
    for ((var) = TAILQ_LAST(head, headname); (var); (var) = TAILQ_PREV(var, headname, field))
#define TAILQ_FOREACH_REVERSE_SAFE(var, head, headname, field, tvar) \
    for ((var) = TAILQ_LAST(head, headname);                         \
         (var) && ((tvar) = TAILQ_PREV(var, headname, field), 1); (var) = (tvar))
#define TAILQ_INSERT_HEAD(head, elm, field)                              \
    do {                                                                 \
        TAILQ_NEXT(elm, field) = TAILQ_FIRST(head);                      \
        if (TAILQ_FIRST(head))                                           \
            TAILQ_FIRST(head)->field.tqe_prev = &TAILQ_NEXT(elm, field); \
        else                                                             \
            (head)->tqh_last = &TAILQ_NEXT(elm, field);                  \
        TAILQ_FIRST(head) = (elm);                                       \
        (elm)->field.tqe_prev = &TAILQ_FIRST(head);                      \
    } while (0)
#define TAILQ_INSERT_TAIL(head, elm, field)         \
    do {                                            \
        TAILQ_NEXT(elm, field) = NULL;              \
        (elm)->field.tqe_prev = (head)->tqh_last;   \
        *(head)->tqh_last = (elm);                  \
        (head)->tqh_last = &TAILQ_NEXT(elm, field); \
    } while (0)
#define TAILQ_INSERT_AFTER(head, listelm, elm, field)                         \
    do {                                                                      \
        TAILQ_NEXT(elm, field) = TAILQ_NEXT(listelm, field);                  \
        if (TAILQ_NEXT(elm, field))                                           \
            TAILQ_NEXT(elm, field)->field.tqe_prev = &TAILQ_NEXT(elm, field); \
        else                                                                  \
            (head)->tqh_last = &TAILQ_NEXT(elm, field);                       \
        TAILQ_NEXT(listelm, field) = (elm);                                   \
        (elm)->field.tqe_prev = &TAILQ_NEXT(listelm, field);                  \
    } while (0)
#define TAILQ_INSERT_BEFORE(listelm, elm, field)             \
    do {                                                     \
        (elm)->field.tqe_prev = (listelm)->field.tqe_prev;   \
        TAILQ_NEXT(elm, field) = (listelm);                  \
        *(listelm)->field.tqe_prev = (elm);                  \
        (listelm)->field.tqe_prev = &TAILQ_NEXT(elm, field); \
    } while (0)
#define TAILQ_REMOVE(head, elm, field)                                      \
    do {                                                                    \
        if (TAILQ_NEXT(elm, field))                                         \
            TAILQ_NEXT(elm, field)->field.tqe_prev = (elm)->field.tqe_prev; \
        else                                                                \
            (head)->tqh_last = (elm)->field.tqe_prev;                       \
        *(elm)->field.tqe_prev = TAILQ_NEXT(elm, field);                    \
    } while (0)
#define TAILQ_REPLACE(head, elm, elm2, field)                                   \
    do {                                                                        \
        TAILQ_NEXT(elm2, field) = TAILQ_NEXT(elm, field);                       \
        if (TAILQ_NEXT(elm2, field))                                            \
            TAILQ_NEXT(elm2, field)->field.tqe_prev = &TAILQ_NEXT(elm2, field); \
        else                                                                    \
            (head)->tqh_last = &TAILQ_NEXT(elm2, field);                        \
        (elm2)->field.tqe_prev = (elm)->field.tqe_prev;                         \
        *(elm2)->field.tqe_prev = (elm2);                                       \
    } while (0)
#define TAILQ_CONCAT(head1, head2, field)                           \
    do {                                                            \
        if (!TAILQ_EMPTY(head2)) {                                  \
            *(head1)->tqh_last = TAILQ_FIRST(head2);                \
            TAILQ_FIRST(head2)->field.tqe_prev = (head1)->tqh_last; \
            (head1)->tqh_last = (head2)->tqh_last;                  \
            TAILQ_INIT(head2);                                      \
        }                                                           \
    } while (0)
