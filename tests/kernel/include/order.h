/* SPDX-License-Identifier: MIT */
/*
 * For tests of scheduling: threads record marks, and the test compares their
 * order with a string.
 */
#ifndef ORDER_H
#define ORDER_H

#include <exc.h>
#include <lib/string.h>
#include <proc/sched.h>
#include <proc/thread.h>

#include "tap.h"

#define ORDER_MAX 80

struct order {
    char marks[ORDER_MAX + 1];
    size_t count;
};

static inline void order_mark(struct order *order, char mark)
{
    bool enabled = interrupts_disable();

    if (order->count < ORDER_MAX)
        order->marks[order->count++] = mark;
    interrupts_restore(enabled);
}

/* Check that the marks since the last call are these, in this order. */
static inline void order_is(struct order *order, const char *expected, const char *what)
{
    order->marks[order->count] = '\0';
    bool same =
        strlen(expected) == order->count && memcmp(order->marks, expected, order->count) == 0;

    tap_ok(same, "%s (%s)", what, same ? expected : order->marks);
    order->count = 0;
}

/* Create a thread of that priority. Its entry function knows whether it may write to the data. */
static inline thread_t *start(thread_entry_func_t entry, const void *data, unsigned priority,
                              const char *name)
{
    thread_t *thread = NULL;
    errno_t err =
        thread_create(&thread, entry, (void *)(uintptr_t)data, THREAD_PRIORITY(priority), name);

    if (err != EOK)
        tap_ok(false, "creating %s: %s", name, errno_as_str(err));
    return thread;
}

/*
 * Let the other threads run until none is ready, whatever their priority. Unlike a
 * number of ticks, this does not depend on how much they get done in one.
 */
static inline void let_others_run(void)
{
    thread_yield();
    while (sched_is_any_ready())
        (void)thread_sleep_ticks(1);
}

static inline void expect_join(thread_t *thread, errno_t expected, const char *what)
{
    tap_equal(thread_join(thread, NULL), expected, what);
}

#endif
