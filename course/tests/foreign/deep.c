/* SPDX-License-Identifier: MIT */
/*
 * A test that has used all of its stack does not pass, even if nothing traps.
 * It uses the stack as a deep call would, but not one byte more: below the
 * stack are the kernel's variables, and without them the overflow could not be
 * reported.
 */
#include <debug/code.h>
#include <ktest.h>

extern uint8_t _boot_stack_base[];

void kernel_test(void)
{
    ktest_start("foreign/deep");
    ktest_expect_panic();
    uintptr_t below = debug_get_stack_pointer() - 128;

    for (uintptr_t at = below; at >= (uintptr_t)_boot_stack_base; at--)
        *(volatile uint8_t *)at = 0x77;
}
