/* SPDX-License-Identifier: MIT */
/*
 * %c, %s and %% in unusual cases: empty text, NULL, a percent sign at the end.
 */
#include <ktest.h>

void kernel_test(void)
{
    ktest_start("printk/text");
    printk(KTEST_EXPECTED "plain\n");
    printk(KTEST_ACTUAL "plain\n");
    printk(KTEST_EXPECTED "A z ~\n");
    printk(KTEST_ACTUAL "%c %c %c\n", 'A', 'z', '~');
    printk(KTEST_EXPECTED "[]\n");
    printk(KTEST_ACTUAL "[%s]\n", "");
    printk(KTEST_EXPECTED "100%% of text\n");
    printk(KTEST_ACTUAL "%d%% of %s\n", 100, "text");
    printk(KTEST_EXPECTED "(null)\n");
    printk(KTEST_ACTUAL "%s\n", (const char *)NULL);
    printk(KTEST_EXPECTED "a 1 b 2 c 3 d\n");
    printk(KTEST_ACTUAL "%s %d %s %u %s %x %s\n", "a", 1, "b", 2u, "c", 3u, "d");
    ktest_passed();
}
