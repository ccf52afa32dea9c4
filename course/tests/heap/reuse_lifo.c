/* SPDX-License-Identifier: MIT */
/*
 * Memory freed in LIFO order can be allocated again to the last byte: as blocks
 * of several sizes, and as one block.
 */
#include "reuse.h"

static void free_all(void **blocks, size_t count)
{
    for (size_t i = count; i > 0; i--)
        kfree(blocks[i - 1]);
}

void kernel_test(void)
{
    test_reuse("heap/reuse_lifo", free_all);
}
