/* SPDX-License-Identifier: MIT */
/*
 * Headers for threads of the course from 2020 on: checked calls, waits that
 * take time, and the barrier.
 */
#include <ktest.h>
#include <ktest/barrier.h>
#include <ktest/thread.h>

#define THREADS 4

static test_thread_barrier_t *barrier;
static test_progressbar_t progress;
static volatile int arrived;
static int marks[THREADS];

static void *arrive(void *mark)
{
    ktest_thread_busy_wait_random(1000);
    arrived++;
    test_thread_barrier_wait(barrier);
    ktest_assert(arrived == THREADS, "only %d threads have arrived", arrived);
    test_progressbar_step(&progress);
    return mark;
}

void kernel_test(void)
{
    thread_t *threads[THREADS];
    void *result;

    ktest_start("edition/threads");
    ktest_thread_busy_wait(100);
    ktest_assert(ktest_thread_waited == 4950, "the wait had another number of rounds");
    barrier = test_thread_barrier_create(THREADS);
    ktest_assert(barrier != NULL, "no barrier");
    test_progressbar_init(&progress, "Crossing", THREADS);
    ktest_assert(test_thread_barrier_get_waiting_for_count(barrier) == THREADS, "all are missing");
    for (int i = 0; i < THREADS; i++)
        ktest_thread_create_checked(&threads[i], arrive, &marks[i], 0, "arrives");
    for (int i = 0; i < THREADS; i++) {
        ktest_assert(ktest_thread_join(threads[i], &result) == EOK, "join");
        ktest_assert(result == &marks[i], "thread %d returned %p", i, result);
    }
    ktest_assert(test_thread_barrier_get_waiting_for_count(barrier) == 0, "none is missing");
    ktest_assert(test_progressbar_is_done(&progress), "not done");
    test_progressbar_print(&progress);
    kfree(barrier);
    ktest_passed();
}
