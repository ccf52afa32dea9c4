/* SPDX-License-Identifier: MIT */
/*
 * PRESET=default on MIPS: stacks are not in kseg0, and the page below them is
 * unmapped. The test touches only that page, so the guard pattern cannot have
 * detected it.
 */
#include <debug/code.h>
#include <ktest.h>
#include <proc/thread.h>

static void *store_below(void *unused)
{
    uintptr_t at = debug_get_stack_pointer();

    ktest_assert(at >= 0xc0000000u, "the stack is at %p", (void *)at);
    at = (at & ~(uintptr_t)4095) - 4;
    ktest_expect_panic();
    *(volatile unsigned *)at = 1;
    return unused;
}

void kernel_test(void)
{
    thread_t *thread;

    ktest_start("thread/window");
    ktest_assert_errno(thread_create(&thread, store_below, NULL, 0, "below"), "thread_create");
    ktest_assert_errno(thread_join(thread, NULL), "thread_join");
    ktest_passed();
}
