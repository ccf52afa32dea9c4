/* SPDX-License-Identifier: MIT */
/*
 * A thread that uses up its stack and blocks at once is found then, not at some later tick of its
 * own that may never come. Only its guard region is overwritten: what lies below is somebody's.
 */
#include <debug/code.h>
#include <exc.h>
#include <ktest.h>
#include <proc/sem.h>
#include <proc/thread.h>

static sem_t never;

static void *overflow(void *unused)
{
    uintptr_t at = debug_get_stack_pointer();
    uintptr_t base = thread_get_current()->stack->base;

    (void)interrupts_disable(); /* no tick may see it */
    while (at-- > base + 8)
        *(volatile uint8_t *)at = 0x77;
    sem_wait(&never);
    return unused;
}

void kernel_test(void)
{
    thread_t *thread;

    ktest_start("thread/overflow");
    ktest_assert_errno(sem_init(&never, 0), "sem_init");
    ktest_expect_panic();
    ktest_assert_errno(thread_create(&thread, overflow, NULL, 0, "overflow"), "thread_create");
    for (int i = 0; i < 3; i++)
        thread_yield();
    ktest_failed();
}
