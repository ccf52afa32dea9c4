/* SPDX-License-Identifier: MIT */
/*
 * A barrier that needs no semaphore, and a count of finished work. For tests of
 * kernels whose semaphores may not work yet.
 */
#ifndef KTEST_BARRIER_H
#define KTEST_BARRIER_H

#include <ktest.h>

#include <exc.h>
#include <mm/heap.h>
#include <proc/thread.h>

typedef struct {
    size_t size;            /* threads that must arrive */
    size_t already_waiting; /* threads[] that are suspended */
    bool opened;
    thread_t *threads[]; /* all but the last one */
} test_thread_barrier_t;

/* A barrier for `size` threads, at least 1. NULL iff kmalloc() refuses; kfree() ends it. */
static inline test_thread_barrier_t *test_thread_barrier_create(size_t size)
{
    test_thread_barrier_t *barrier = kmalloc(sizeof(*barrier) + (size - 1) * sizeof(thread_t *));

    if (barrier != NULL) {
        barrier->size = size;
        barrier->already_waiting = 0;
        barrier->opened = false;
    }
    return barrier;
}

/* Wait until all threads of the barrier have called this. Not from an interrupt. */
static inline void test_thread_barrier_wait(test_thread_barrier_t *barrier)
{
    bool enabled = interrupts_disable();

    if (barrier->already_waiting + 1 < barrier->size) {
        barrier->threads[barrier->already_waiting++] = thread_get_current();
        while (!barrier->opened)
            thread_suspend();
        interrupts_restore(enabled);
        return;
    }
    barrier->opened = true;
    interrupts_restore(enabled);
    for (size_t i = 0; i < barrier->already_waiting; i++)
        thread_wakeup(barrier->threads[i]);
}

/* Threads that must still arrive. */
static inline size_t test_thread_barrier_get_waiting_for_count(test_thread_barrier_t *barrier)
{
    bool enabled = interrupts_disable();
    size_t count = barrier->opened ? 0 : barrier->size - barrier->already_waiting;

    interrupts_restore(enabled);
    return count;
}

typedef struct {
    size_t total;
    size_t finished;
    const char *message;
} test_progressbar_t;

/* `message` must live as long as the bar. */
static inline void test_progressbar_init(test_progressbar_t *bar, const char *message, size_t total)
{
    bar->message = message;
    bar->total = total;
    bar->finished = 0;
}

static inline size_t test_progressbar_finished(test_progressbar_t *bar, size_t more)
{
    bool enabled = interrupts_disable();
    size_t finished = bar->finished += more;

    interrupts_restore(enabled);
    return finished;
}

/* One more is finished. */
static inline void test_progressbar_step(test_progressbar_t *bar)
{
    (void)test_progressbar_finished(bar, 1);
}

static inline bool test_progressbar_is_done(test_progressbar_t *bar)
{
    return test_progressbar_finished(bar, 0) == bar->total;
}

static inline void test_progressbar_print(test_progressbar_t *bar)
{
    size_t finished = test_progressbar_finished(bar, 0);

    printk("%s [%zu of %zu done] ...\n", bar->message, finished, bar->total);
}

#endif
