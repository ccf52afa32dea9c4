/* SPDX-License-Identifier: MIT */
/*
 * The judge of the exercise "list" (docs/exercises.md): random operations on the
 * student's list, compared with an array, forwards and backwards.
 */
#include <ktest.h>

#include "list.h"

#define LINKS 16
#define STEPS 5000

static struct answer_link head, links[LINKS];
static struct answer_link *order[LINKS]; /* what the list must hold */
static size_t count;

static size_t place(const struct answer_link *link)
{
    size_t at = 0;

    while (at < count && order[at] != link)
        at++;
    return at;
}

static void check(unsigned step)
{
    const struct answer_link *at = &head;

    for (size_t i = 0; i <= count; i++) {
        const struct answer_link *next = i < count ? order[i] : &head;

        ktest_assert(at->next == next, "step %u: a wrong next after %u links", step, (unsigned)i);
        ktest_assert(next->previous == at, "step %u: a wrong previous of link %u", step,
                     (unsigned)i);
        at = next;
    }
}

static void insert(struct answer_link *link, bool first)
{
    for (size_t i = count; first && i > 0; i--)
        order[i] = order[i - 1];
    order[first ? 0 : count] = link;
    count++;
    (first ? answer_list_prepend : answer_list_append)(&head, link);
}

static void take_out(struct answer_link *link)
{
    for (size_t i = place(link) + 1; i < count; i++)
        order[i - 1] = order[i];
    count--;
    answer_list_remove(link);
}

void kernel_test(void)
{
    uint32_t random = 1;

    ktest_start("exercise/list");
    answer_list_init(&head);
    check(0);
    for (unsigned step = 1; step <= STEPS; step++) {
        random = random * 1664525u + 1013904223u;
        struct answer_link *link = &links[(random >> 16) % LINKS];

        if (place(link) < count)
            take_out(link);
        else
            insert(link, random >> 31);
        check(step);
    }
    ktest_passed();
}
