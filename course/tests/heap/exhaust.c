/* SPDX-License-Identifier: MIT */
/*
 * Allocate until NULL, in decreasing sizes: every block keeps its contents,
 * nearly all memory can be allocated, and NULL does not end the test.
 */
#include "../theap.h"

struct block {
    struct block *next;
    size_t bytes;
    uint8_t contents[];
};

void kernel_test(void)
{
    struct block *all = NULL;
    size_t total = 0;
    unsigned count = 0;

    ktest_start("heap/exhaust");
    for (size_t bytes = debug_get_base_memory_size(); bytes >= 64; bytes -= bytes / 4) {
        struct block *block = kmalloc(bytes);

        if (block == NULL)
            continue;
        check_place(block, bytes);
        block->next = all;
        block->bytes = bytes;
        fill(block->contents, bytes - sizeof *block, count++);
        all = block;
        total += bytes;
        bytes += bytes / 4; /* the same size again */
    }
    printk("figure: %u of %u bytes in %u blocks\n", (unsigned)total,
           (unsigned)debug_get_base_memory_size(), count);
    ktest_assert(total <= debug_get_base_memory_size(), "more than there is");
    ktest_assert(total >= debug_get_base_memory_size() / 10 * 9, "less than nine tenths");
    for (int i = 0; i < 10; i++)
        ktest_assert(kmalloc(4096) == NULL, "memory is used up");
    for (struct block *block = all; block != NULL; block = block->next)
        check_filled(block->contents, block->bytes - sizeof *block, --count);
    ktest_passed();
}
