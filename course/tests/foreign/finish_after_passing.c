/* SPDX-License-Identifier: MIT */
/*
 * kernel_test() ends its thread and leaves the verdict to another thread, which
 * also ends.
 */
#include <ktest.h>
#include <proc/thread.h>

static void *last(void *unused)
{
    (void)unused;
    thread_yield();
    ktest_passed();
    return NULL;
}

void kernel_test(void)
{
    thread_t *thread;

    ktest_start("foreign/finish_after_passing");
    ktest_assert_errno(thread_create(&thread, last, NULL, 0, "last"), "thread_create");
    thread_finish(NULL);
}
