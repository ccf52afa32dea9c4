/* SPDX-License-Identifier: MIT */
/*
 * Threads get their data and return a value to their joiner, by return or by
 * thread_finish(), even if they ended before the join.
 */
#include <ktest.h>
#include <proc/thread.h>

#define THREADS 4

static void *return_data(void *data)
{
    thread_yield();
    return data;
}

static void *finish_with_data(void *data)
{
    thread_finish(data);
    return NULL;
}

void kernel_test(void)
{
    thread_t *threads[THREADS];
    int marks[THREADS];
    void *value;

    ktest_start("thread/join");
    for (int i = 0; i < THREADS; i++)
        ktest_assert_errno(thread_create(&threads[i], i % 2 == 0 ? return_data : finish_with_data,
                                         &marks[i], 0, "worker"),
                           "thread_create");
    while (!thread_has_finished(threads[0]))
        thread_yield();
    for (int i = 0; i < THREADS; i++) {
        value = NULL;
        ktest_assert_errno(thread_join(threads[i], &value), "thread_join");
        ktest_assert(value == &marks[i], "thread %d returned %p", i, value);
    }
    ktest_assert_errno(thread_create(&threads[0], return_data, NULL, 0, "last"), "thread_create");
    ktest_assert_errno(thread_join(threads[0], NULL), "thread_join without a place for the value");
    ktest_assert(thread_join(thread_get_current(), NULL) == EINVAL, "joining oneself");
    ktest_passed();
}
