/* SPDX-License-Identifier: MIT */
/*
 * The course preset: letters after %p other than L are ordinary text.
 */
#include <ktest.h>

void kernel_test(void)
{
    ktest_start("printk/no_extensions");
    printk(KTEST_EXPECTED "0x80000400F 0x80000400A\n");
    printk(KTEST_ACTUAL "%pF %pA\n", (void *)(uintptr_t)0x80000400u,
           (void *)(uintptr_t)0x80000400u);
    ktest_passed();
}
