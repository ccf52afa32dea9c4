/* SPDX-License-Identifier: MIT */
/*
 * The report of an exception mentions a stack that overflowed before, and
 * reports no address below a stack as an overflow if there is no unmapped page.
 */
#include <debug/code.h>
#include <ktest.h>

extern uint8_t _boot_stack_base[];

void kernel_test(void)
{
    ktest_start("foreign/deep_fault");
    ktest_expect_panic();
    uintptr_t below = debug_get_stack_pointer() - 128;

    for (uintptr_t at = below; at >= (uintptr_t)_boot_stack_base; at--)
        *(volatile uint8_t *)at = 0x77;
    printk("%u\n", *(volatile unsigned *)((uintptr_t)_boot_stack_base - 5));
    ktest_failed();
}
