/* SPDX-License-Identifier: MIT */
/*
 * Create threads until memory is exhausted: the result is ENOMEM, and after
 * joining them all as many can be created again.
 */
#include <ktest.h>
#include <proc/thread.h>

#define ROOM 256

#ifndef MIN_THREADS
#define MIN_THREADS 16
#endif

static thread_t *threads[ROOM];

static void *add_one(void *data)
{
    ++*(volatile unsigned *)data;
    return data;
}

static unsigned round(void)
{
    unsigned count = 0;
    unsigned ran[ROOM];
    errno_t err = EOK;

    for (int i = 0; i < ROOM; i++)
        ran[i] = 0;
    while (count < ROOM &&
           (err = thread_create(&threads[count], add_one, &ran[count], 0, "one")) == EOK)
        count++;
    ktest_assert(count == ROOM || err == ENOMEM, "refused with %s", errno_as_str(err));
    for (unsigned i = 0; i < count; i++) {
        ktest_assert_errno(thread_join(threads[i], NULL), "thread_join");
        ktest_assert(ran[i] == 1, "thread %u ran %u times", i, ran[i]);
    }
    return count;
}

void kernel_test(void)
{
    ktest_start("thread/many");
    unsigned first = round();

    printk("figure: %u threads at once\n", first);
    ktest_assert(first >= MIN_THREADS, "only %u", first);
    for (int i = 0; i < 3; i++) {
        unsigned again = round();

        ktest_assert(again == first, "%u threads, %u the first time", again, first);
    }
    ktest_passed();
}
