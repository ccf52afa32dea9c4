/* SPDX-License-Identifier: MIT */
/*
 * A dump of MSIM's boot ROM.
 */
#include <debug/code.h>
#include <ktest.h>

void kernel_test(void)
{
    ktest_start("debug/dump_loader");
    printk(KTEST_BLOCK_EXPECTED "bfc00000 <loader>:\n");
    printk(KTEST_BLOCK_EXPECTED "bfc00000:        3c1f8000\n");
    printk(KTEST_BLOCK_EXPECTED "bfc00004:        37ff0400\n");
    printk(KTEST_BLOCK_EXPECTED "bfc00008:        03e00008\n");
    printk(KTEST_BLOCK_EXPECTED "bfc0000c:        00000000\n");
    debug_dump_function("loader", 0xBFC00000, 4);
    ktest_passed();
}
