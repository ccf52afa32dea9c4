/* SPDX-License-Identifier: MIT */
/*
 * A verdict detects a stack that overflowed before, even in a test that ends
 * the machine itself. Like foreign/deep.c, but no later check would detect it.
 */
#include <debug/code.h>
#include <drivers/machine.h>
#include <ktest.h>

extern uint8_t _boot_stack_base[];

void kernel_test(void)
{
    ktest_start("foreign/deep_verdict");
    ktest_expect_panic();
    uintptr_t below = debug_get_stack_pointer() - 128;

    for (uintptr_t at = below; at >= (uintptr_t)_boot_stack_base; at--)
        *(volatile uint8_t *)at = 0x77;
    ktest_passed();
    machine_halt();
}
