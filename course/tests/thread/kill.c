/* SPDX-License-Identifier: MIT */
/*
 * A killed thread no longer runs, and its joiner gets EKILLED.
 */
#include <ktest.h>
#include <proc/thread.h>

static volatile unsigned count;

static void *spin(void *unused)
{
    (void)unused;
    for (;;)
        count++;
    return NULL;
}

static void *end(void *unused)
{
    return unused;
}

void kernel_test(void)
{
    thread_t *thread;
    void *value = &thread;

    ktest_start("thread/kill");
    ktest_assert_errno(thread_create(&thread, spin, NULL, 0, "spin"), "thread_create");
    while (count == 0)
        thread_yield();
    ktest_assert_errno(thread_kill(thread), "thread_kill");
    ktest_assert(thread_has_finished(thread), "it has ended");
    unsigned then = count;

    for (int i = 0; i < 20; i++)
        thread_yield();
    ktest_assert(count == then, "it ran on");
    ktest_assert(thread_join(thread, &value) == EKILLED, "joining it tells");
    ktest_assert(value == &thread, "and stores no value");
    ktest_assert_errno(thread_create(&thread, end, NULL, 0, "end"), "thread_create");
    while (!thread_has_finished(thread))
        thread_yield();
    ktest_assert(thread_kill(thread) == EEXITED, "killing a finished thread");
    ktest_assert_errno(thread_join(thread, NULL), "thread_join");
    ktest_passed();
}
