/* SPDX-License-Identifier: MIT */
/*
 * Blocks of 8 bytes: the bytes of memory per block.
 */
#include "../theap.h"

#ifndef LIMIT
#define LIMIT 32
#endif

void kernel_test(void)
{
    size_t count = 0;
    size_t memory = debug_get_base_memory_size();

    ktest_start("heap/overhead_small");
    while (kmalloc(8) != NULL)
        count++;
    ktest_assert(count > 0, "not even one");
    unsigned per_block_x10 = (unsigned)(memory * 10 / count);

    printk("figure: %u blocks of 8 bytes on %u, %u.%u bytes each\n", (unsigned)count,
           (unsigned)memory, per_block_x10 / 10, per_block_x10 % 10);
    ktest_assert(memory / count <= LIMIT, "more than %u", LIMIT);
    ktest_passed();
}
