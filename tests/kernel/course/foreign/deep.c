/* SPDX-License-Identifier: MIT */
/*
 * A test that runs out of its stack does not pass, even where nothing traps.
 */
#include <ktest.h>

static int dig(int depth)
{
    volatile char frame[1000];

    for (unsigned i = 0; i < sizeof frame; i++)
        frame[i] = (char)depth;
    return depth == 0 ? frame[0] : dig(depth - 1) + frame[0];
}

void kernel_test(void)
{
    ktest_start("foreign/deep");
    printk("%d\n", dig(3));
    ktest_expect_panic();
    printk("%d\n", dig(DEPTH));
}
