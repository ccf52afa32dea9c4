/* SPDX-License-Identifier: MIT */
/*
 * puts() adds a newline and prints a percent sign unchanged.
 */
#include <ktest.h>

void kernel_test(void)
{
    ktest_start("printk/puts");
    printk(KTEST_BLOCK_EXPECTED "one\n");
    printk(KTEST_BLOCK_EXPECTED "%%d %%s\n");
    printk(KTEST_BLOCK_EXPECTED "\n");
    printk(KTEST_BLOCK_EXPECTED "end\n");
    puts("one");
    puts("%d %s");
    puts("");
    puts("end");
    ktest_passed();
}
