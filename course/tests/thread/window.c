/* SPDX-License-Identifier: MIT */
/*
 * PRESET=default on MIPS: stacks are not in kseg0, and nothing is mapped below them. Only the page
 * below is touched, so that no pattern can have told.
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
