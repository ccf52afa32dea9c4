/* SPDX-License-Identifier: MIT */
/*
 * %p prints 0x and hexadecimal digits, and for NULL what the course's edition
 * wants; an unknown letter after it is copied.
 */
#include <ktest.h>

void kernel_test(void)
{
    ktest_start("printk/pointer");
    printk(KTEST_EXPECTED "%s\n", COURSE_YEAR == 2019 ? "0x0" : "(nil)");
    printk(KTEST_ACTUAL "%p\n", NULL);
    printk(KTEST_EXPECTED "0x1 0x12345678\n");
    printk(KTEST_ACTUAL "%p %p\n", (void *)1, (void *)0x12345678);
    printk(KTEST_EXPECTED "0xdeadbeef 0xffffffff\n");
    printk(KTEST_ACTUAL "%p %p\n", (void *)(uintptr_t)0xdeadbeefu, (void *)(uintptr_t)0xffffffffu);
    printk(KTEST_EXPECTED "0x80000400Z 0x80000400.\n");
    printk(KTEST_ACTUAL "%pZ %p.\n", (void *)(uintptr_t)0x80000400u,
           (void *)(uintptr_t)0x80000400u);
    ktest_passed();
}
