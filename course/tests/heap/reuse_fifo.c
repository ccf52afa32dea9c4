/* SPDX-License-Identifier: MIT */
/*
 * Memory freed in FIFO order can be allocated again to the last byte: as blocks
 * of several sizes, and as one block.
 */
#include "reuse.h"

static void free_all(void **blocks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        kfree(blocks[i]);
}

void kernel_test(void)
{
    test_reuse("heap/reuse_fifo", free_all);
}
