/* SPDX-License-Identifier: MIT */
/*
 * Destroying a locked mutex panics.
 */
#include <ktest.h>
#include <proc/mutex.h>

void kernel_test(void)
{
    mutex_t mutex;

    ktest_start("thread/mutex_destroy_panic");
    ktest_assert_errno(mutex_init(&mutex), "mutex_init");
    mutex_lock(&mutex);
    ktest_expect_panic();
    mutex_destroy(&mutex);
    ktest_passed();
}
