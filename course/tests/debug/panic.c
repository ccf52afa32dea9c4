/* SPDX-License-Identifier: MIT */
/*
 * panic() ends the test, as announced.
 */
#include <debug.h>
#include <ktest.h>

void kernel_test(void)
{
    ktest_start("debug/panic");
    panic_if(1 == 2, "not this one");
    ktest_expect_panic();
    panic("as %s, number %d", "announced", 1);
    ktest_passed();
}
