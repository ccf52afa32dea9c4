/* SPDX-License-Identifier: MIT */
/*
 * Threads that never yield share the CPU, and kernel_test() is one of them.
 */
#include <ktest.h>
#include <proc/thread.h>

#define THREADS 3

static volatile unsigned counts[THREADS];

static void *spin(void *data)
{
    volatile unsigned *count = data;

    for (;;)
        ++*count;
    return NULL;
}

static bool all_counted(void)
{
    for (int i = 0; i < THREADS; i++) {
        if (counts[i] < 1000)
            return false;
    }
    return true;
}

void kernel_test(void)
{
    thread_t *thread;

    ktest_start("thread/preempt");
    ktest_assert(thread_get_current() != NULL, "kernel_test() runs in a thread");
    for (int i = 0; i < THREADS; i++)
        ktest_assert_errno(thread_create(&thread, spin, (void *)&counts[i], 0, "spin"),
                           "thread_create");
    while (!all_counted())
        continue;
    ktest_passed();
}
