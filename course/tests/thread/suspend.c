/* SPDX-License-Identifier: MIT */
/*
 * A suspended thread does not run until it is woken; waking a thread that has
 * ended returns EEXITED.
 */
#include <ktest.h>
#include <proc/thread.h>

static volatile int stage;

static void *sleeper(void *unused)
{
    (void)unused;
    stage = 1;
    thread_suspend();
    stage = 2;
    return NULL;
}

void kernel_test(void)
{
    thread_t *thread;

    ktest_start("thread/suspend");
    ktest_assert_errno(thread_create(&thread, sleeper, NULL, 0, "sleeper"), "thread_create");
    while (stage != 1)
        thread_yield();
    for (int i = 0; i < 20; i++)
        thread_yield();
    ktest_assert(stage == 1 && !thread_has_finished(thread), "it went on by itself");
    ktest_assert_errno(thread_wakeup(thread), "thread_wakeup");
    while (!thread_has_finished(thread))
        thread_yield();
    ktest_assert(stage == 2, "stage %d", stage);
    ktest_assert(thread_wakeup(thread) == EEXITED, "waking a finished thread");
    ktest_assert_errno(thread_join(thread, NULL), "thread_join");
    ktest_passed();
}
