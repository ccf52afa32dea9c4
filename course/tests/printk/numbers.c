/* SPDX-License-Identifier: MIT */
/*
 * %d, %u, %x and %X at the ends of their ranges.
 */
#include <ktest.h>

void kernel_test(void)
{
    ktest_start("printk/numbers");
    printk(KTEST_EXPECTED "0 1 -1 2147483647 -2147483648\n");
    printk(KTEST_ACTUAL "%d %d %d %d %d\n", 0, 1, -1, 2147483647, -2147483647 - 1);
    printk(KTEST_EXPECTED "0 1 2147483648 4294967295\n");
    printk(KTEST_ACTUAL "%u %u %u %u\n", 0u, 1u, 2147483648u, 4294967295u);
    printk(KTEST_EXPECTED "0 a ff 7fffffff 80000000 deadbeef ffffffff\n");
    printk(KTEST_ACTUAL "%x %x %x %x %x %x %x\n", 0u, 10u, 255u, 0x7fffffffu, 0x80000000u,
           0xdeadbeefu, 0xffffffffu);
    printk(KTEST_EXPECTED "0 A FF 7FFFFFFF 80000000 DEADBEEF FFFFFFFF\n");
    printk(KTEST_ACTUAL "%X %X %X %X %X %X %X\n", 0u, 10u, 255u, 0x7fffffffu, 0x80000000u,
           0xdeadbeefu, 0xffffffffu);
    printk(KTEST_EXPECTED "[   42] [00042] [42   ]\n");
    printk(KTEST_ACTUAL "[%5d] [%05d] [%-5d]\n", 42, 42, 42);
    ktest_passed();
}
