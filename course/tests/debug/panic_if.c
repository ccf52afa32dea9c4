/* SPDX-License-Identifier: MIT */
/*
 * panic_if() evaluates its condition once and panics if it is true.
 */
#include <debug.h>
#include <ktest.h>

static int evaluated;

void kernel_test(void)
{
    ktest_start("debug/panic_if");
    panic_if(evaluated++ > 0, "the first time");
    ktest_assert(evaluated == 1, "evaluated %d times", evaluated);
    ktest_expect_panic();
    panic_if(evaluated++ > 0, "the second time");
    ktest_passed();
}
