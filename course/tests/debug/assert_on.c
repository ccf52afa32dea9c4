/* SPDX-License-Identifier: MIT */
/*
 * With KERNEL_DEBUG, assert() ends the machine and dprintk() prints.
 */
#include <debug.h>
#include <ktest.h>

#ifndef KERNEL_DEBUG
#error "this test is for DEBUG=1"
#endif

void kernel_test(void)
{
    ktest_start("debug/assert_on");
    assert(1 + 1 == 2);
    dprintk("seen, %d\n", 1);
    ktest_expect_panic();
    assert(1 + 1 == 3);
    ktest_passed();
}
