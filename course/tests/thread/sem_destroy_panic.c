/* SPDX-License-Identifier: MIT */
/*
 * Destroying a semaphore that a thread waits for panics.
 */
#include <ktest.h>
#include <proc/sem.h>
#include <proc/thread.h>

static sem_t sem;
static volatile bool begun;

static void *wait(void *unused)
{
    begun = true;
    sem_wait(&sem);
    return unused;
}

void kernel_test(void)
{
    thread_t *thread;

    ktest_start("thread/sem_destroy_panic");
    ktest_assert_errno(sem_init(&sem, 0), "sem_init");
    ktest_assert_errno(thread_create(&thread, wait, NULL, 0, "waiter"), "thread_create");
    while (!begun)
        thread_yield();
    for (int i = 0; i < 10; i++)
        thread_yield();
    ktest_expect_panic();
    sem_destroy(&sem);
    ktest_passed();
}
