/* SPDX-License-Identifier: MIT */
/*
 * A dump of words whose values are known, on any CPU.
 */
#include <debug/code.h>
#include <ktest.h>

static const uint32_t words[3] = {0, 0xffffffff, 0x12345678};

void kernel_test(void)
{
    unsigned long at = (unsigned long)(uintptr_t)words;
    int digits = (int)(2 * sizeof(void *));

    ktest_start("debug/dump_array");
    printk(KTEST_BLOCK_EXPECTED "%0*lx <words>:\n", digits, at);
    printk(KTEST_BLOCK_EXPECTED "%0*lx:        00000000\n", digits, at);
    printk(KTEST_BLOCK_EXPECTED "%0*lx:        ffffffff\n", digits, at + 4);
    printk(KTEST_BLOCK_EXPECTED "%0*lx:        12345678\n", digits, at + 8);
    debug_dump_function("words", (uintptr_t)words, 3);
    ktest_passed();
}
