/* SPDX-License-Identifier: MIT */
/*
 * Unlocking a mutex that another thread holds panics.
 */
#include <ktest.h>
#include <proc/mutex.h>
#include <proc/thread.h>

static mutex_t mutex;

static void *hold(void *unused)
{
    mutex_lock(&mutex);
    thread_suspend();
    return unused;
}

void kernel_test(void)
{
    thread_t *thread;

    ktest_start("thread/mutex_unlock_panic");
    ktest_assert_errno(mutex_init(&mutex), "mutex_init");
    ktest_assert_errno(thread_create(&thread, hold, NULL, 0, "holder"), "thread_create");
    while (mutex_trylock(&mutex) == EOK) {
        mutex_unlock(&mutex);
        thread_yield();
    }
    ktest_expect_panic();
    mutex_unlock(&mutex);
    ktest_passed();
}
