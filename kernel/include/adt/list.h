/* SPDX-License-Identifier: MIT */
/*
 * Doubly linked list whose links are embedded in the items, so that linking
 * never allocates. The list is a ring through its head: the ends are no special
 * cases, and removing an item does not need the list. All operations are O(1)
 * except list_get_size() and walking. There is no lock: callers mask interrupts
 * or own the list.
 *
 * A link in no list has NULL neighbours. Inserting a link that is in a list panics:
 * it would cut both lists. So does inserting a link that was never initialised and
 * holds garbage. With COURSE=1 both panic only with KERNEL_DEBUG, because a
 * course's tests may not initialise links. KERNEL_DEBUG also detects the removal
 * of a link that is in no list, and neighbours that disagree.
 */
#ifndef ADT_LIST_H
#define ADT_LIST_H

#include <types.h>

#include <config/course.h>
#include <debug.h>

/* Embed one link for each list that an item can be in at the same time. */
typedef struct link {
    struct link *prev;
    struct link *next;
} link_t;

typedef struct list {
    link_t head; /* head.next is the first item, head.prev the last; itself when empty */
} list_t;

/*
 * The item of `type` whose member `member` is `link` (not NULL). The cast goes
 * through an integer because the compiler cannot know the item's alignment.
 */
#define list_item(link, type, member) ((type *)((uintptr_t)(link)-offsetof(type, member)))

/* Converts a list or a pointer to one into a pointer, because list_foreach() takes both. */
#define LIST_POINTER(list) \
    _Generic((list),                                                                               \
             list_t *: (list),                                                                     \
             const list_t *: (list),                                                               \
             list_t: &_Generic((list), list_t: (list), default: *(list_t *)NULL))

/*
 * Walk from first to last: list_foreach(list, struct item, link, it) { … }
 * declares `struct item *it`. `list` is a list_t or a pointer to one, without
 * side effects. The next item is fetched before the body runs, so the body may
 * remove, move or free `it`. It must not remove the item after `it`, and an
 * item inserted right after `it` is not visited. `break` and `continue` work:
 * the third link stays NULL after a break, which ends the outer loop too.
 */
#define list_foreach(list, type, member, it)                                                     \
    for (link_t *it##_at = LIST_POINTER(list)->head.next, *it##_next = NULL, *it##_go = it##_at; \
         it##_go != NULL && it##_at != &LIST_POINTER(list)->head; it##_at = it##_next)           \
        for (type *it =                                                                          \
                 (it##_go = NULL, it##_next = it##_at->next, list_item(it##_at, type, member));  \
             it != NULL; it = NULL, it##_go = it##_next)

/* Whether the link's neighbours point to it. */
static inline bool link_is_consistent(const link_t *link)
{
    return link->prev != NULL && link->next != NULL && link->prev->next == link &&
           link->next->prev == link;
}

/* Mark a link as being in no list. Not for one that is in a list. */
static inline void link_init(link_t *link)
{
    link->prev = NULL;
    link->next = NULL;
}

/* Whether the link is in a list; it must have been initialised. */
static inline bool link_is_connected(const link_t *link)
{
    return link->prev != NULL && link->next != NULL;
}

/* Make a list empty. Items in it would keep pointing to it: remove them first. */
static inline void list_init(list_t *list)
{
    list->head.prev = &list->head;
    list->head.next = &list->head;
}

static inline bool list_is_empty(const list_t *list)
{
    return list->head.next == &list->head;
}

/* The number of items. O(items). */
static inline size_t list_get_size(const list_t *list)
{
    size_t size = 0;

    for (const link_t *at = list->head.next; at != &list->head; at = at->next)
        size++;
    return size;
}

/* Whether inserting a link that is in a list panics. */
#if !CONFIG_COURSE || defined(KERNEL_DEBUG)
#define LIST_CHECKS_INSERTION true
#else
#define LIST_CHECKS_INSERTION false
#endif

/* Not inline, to keep the functions below small. */
__attribute__((noinline, cold, unused)) static _Noreturn void list_refuse_insertion(
    const link_t *link)
{
    panic("link %p is in a list already, or was never initialised", (const void *)link);
}

/* Insert a link that is known to be in no list between two neighbours. */
static inline void list_insert_free_between(link_t *prev, link_t *link, link_t *next)
{
    assert(!link_is_connected(link));
    assert(prev->next == next && next->prev == prev); /* list overwritten? */
    link->prev = prev;
    link->next = next;
    prev->next = link;
    next->prev = link;
}

/* Insert a free link between two neighbours. For the functions below. */
static inline void list_insert_between(link_t *prev, link_t *link, link_t *next)
{
    assert(link != NULL);
    /* One neighbour tells, as both are NULL in a free link. */
    if (LIST_CHECKS_INSERTION && link->next != NULL)
        list_refuse_insertion(link);
    list_insert_free_between(prev, link, next);
}

/* Add at the end. The link must be in no list. */
static inline void list_append(list_t *list, link_t *link)
{
    list_insert_between(list->head.prev, link, &list->head);
}

/* Add at the front. The link must be in no list. */
static inline void list_prepend(list_t *list, link_t *link)
{
    list_insert_between(&list->head, link, list->head.next);
}

/* Remove a link from its list. */
static inline void list_remove(link_t *link)
{
    assert(link != NULL && link_is_connected(link)); /* removed already? */
    assert(link_is_consistent(link));                /* list overwritten? */
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link_init(link);
}

/* Remove the first link and return it; NULL iff the list is empty. */
static inline link_t *list_pop(list_t *list)
{
    link_t *first = list->head.next;

    if (first == &list->head)
        return NULL;
    list_remove(first);
    return first;
}

/* Move the first link to the end and return it; NULL iff the list is empty. */
static inline link_t *list_rotate(list_t *list)
{
    link_t *first = list_pop(list);

    if (first != NULL)
        list_append(list, first);
    return first;
}

#endif
