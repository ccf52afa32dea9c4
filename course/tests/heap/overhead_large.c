/* SPDX-License-Identifier: MIT */
/*
 * Blocks of 32 KiB: overhead is under 5 % of memory, not counting the rest that
 * is too small for another block.
 */
#include "../theap.h"

#define BYTES 32768

void kernel_test(void)
{
    size_t count = 0;
    /* Not the detected memory: the kernel's record of a student's heap is not the heap's. */
    size_t memory = kheap_total_bytes();

    ktest_start("heap/overhead_large");
    while (kmalloc(BYTES) != NULL)
        count++;
    size_t used = count * BYTES;
    size_t overhead = memory - used < BYTES ? 0 : memory - used - BYTES;

    printk("figure: %u blocks of %u bytes on %u, at most %u bytes of overhead\n", (unsigned)count,
           BYTES, (unsigned)memory, (unsigned)(memory - used));
    ktest_assert(overhead < memory / 20, "%u bytes of overhead", (unsigned)overhead);
    ktest_assert(used >= memory / 20 * 19 - BYTES, "only %u bytes used", (unsigned)used);
    ktest_passed();
}
