/* SPDX-License-Identifier: MIT */
/*
 * A thread that overflows its stack and then blocks is detected when it blocks,
 * not at a later tick of its own, which may never come. The test overwrites
 * only the guard region, because other data lies below.
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

    (void)interrupts_disable(); /* keep ticks from detecting it */
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
