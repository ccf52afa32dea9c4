/* SPDX-License-Identifier: MIT */
/*
 * Without KERNEL_DEBUG, assert() and dprintk() evaluate nothing.
 */
#include <debug.h>
#include <ktest.h>

#ifdef KERNEL_DEBUG
#error "this test is for a build without DEBUG=1"
#endif

static int evaluated;

void kernel_test(void)
{
    ktest_start("debug/assert_off");
    assert(evaluated++ > 0);
    dprintk("%d\n", evaluated++);
    ktest_assert(evaluated == 0, "evaluated %d times", evaluated);
    ktest_passed();
}
