/* SPDX-License-Identifier: MIT */
/*
 * A dump of MSIM's boot ROM, which jumps to the entry point of the course's
 * edition.
 */
#include <debug/code.h>
#include <ktest.h>

void kernel_test(void)
{
    ktest_start("debug/dump_loader");
    printk(KTEST_BLOCK_EXPECTED "bfc00000 <loader>:\n");
    printk(KTEST_BLOCK_EXPECTED "bfc00000:        3c1f8000\n");
#if COURSE_YEAR == 2019
    printk(KTEST_BLOCK_EXPECTED "bfc00004:        37ff0400\n");
#else
    printk(KTEST_BLOCK_EXPECTED "bfc00004:        37ff1000\n");
#endif
    printk(KTEST_BLOCK_EXPECTED "bfc00008:        03e00008\n");
    printk(KTEST_BLOCK_EXPECTED "bfc0000c:        00000000\n");
    debug_dump_function("loader", 0xBFC00000, 4);
    ktest_passed();
}
