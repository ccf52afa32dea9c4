/* SPDX-License-Identifier: MIT */
/*
 * Memory freed in random order can be allocated again to the last byte: as blocks
 * of several sizes, and as one block.
 */
#include "reuse.h"

static void free_all(void **blocks, size_t count)
{
    for (size_t left = count; left > 0; left--) {
        size_t chosen = random_below((uint32_t)left);

        kfree(blocks[chosen]);
        blocks[chosen] = blocks[left - 1];
    }
}

void kernel_test(void)
{
    test_reuse("heap/reuse_random", free_all);
}
