/* SPDX-License-Identifier: MIT */
/*
 * A mutex protects a counter that preempted threads change in two steps.
 */
#include <ktest.h>
#include <proc/mutex.h>
#include <proc/thread.h>

#define THREADS 4
#define ROUNDS  300

static mutex_t mutex;
static volatile unsigned counter;
static volatile unsigned inside;

static void *count(void *unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        mutex_lock(&mutex);
        ktest_assert(inside++ == 0, "two threads hold the mutex");
        unsigned seen = counter;

        for (volatile int wait = 0; wait < 200; wait++)
            continue;
        if (i % 10 == 0)
            thread_yield();
        counter = seen + 1;
        inside--;
        mutex_unlock(&mutex);
    }
    return NULL;
}

static void *try(void *result)
{
    *(errno_t *)result = mutex_trylock(&mutex);
    return NULL;
}

void kernel_test(void)
{
    thread_t *threads[THREADS];
    errno_t result = EOK;

    ktest_start("thread/mutex");
    ktest_assert_errno(mutex_init(&mutex), "mutex_init");
    for (int i = 0; i < THREADS; i++)
        ktest_assert_errno(thread_create(&threads[i], count, NULL, 0, "count"), "thread_create");
    for (int i = 0; i < THREADS; i++)
        ktest_assert_errno(thread_join(threads[i], NULL), "thread_join");
    ktest_assert(counter == THREADS * ROUNDS, "counted to %u", counter);
    ktest_assert_errno(mutex_trylock(&mutex), "mutex_trylock of a free one");
    ktest_assert_errno(thread_create(&threads[0], try, &result, 0, "try"), "thread_create");
    ktest_assert_errno(thread_join(threads[0], NULL), "thread_join");
    ktest_assert(result == EBUSY, "trylock of a held one: %s", errno_as_str(result));
    mutex_unlock(&mutex);
    mutex_destroy(&mutex);
    ktest_passed();
}
