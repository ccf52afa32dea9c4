/* SPDX-License-Identifier: MIT */
/*
 * interrupts_disable() returns the previous state, and nests.
 */
#include <exc.h>
#include <ktest.h>

void kernel_test(void)
{
    ktest_start("debug/masking");
    bool outer = interrupts_disable();
    bool inner = interrupts_disable();

    ktest_assert(outer, "tests run with interrupts enabled");
    ktest_assert(!inner, "they were disabled the second time");
    interrupts_restore(inner);
    ktest_assert(!interrupts_disable(), "restoring the inner state leaves them disabled");
    interrupts_restore(outer);
    ktest_assert(interrupts_disable(), "restoring the outer one enables them");
    interrupts_restore(true);
    ktest_passed();
}
