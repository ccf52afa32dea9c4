/* SPDX-License-Identifier: MIT */
/*
 * Blocks of every small size are aligned to 4 bytes at least.
 */
#include "../theap.h"

void kernel_test(void)
{
    ktest_start("heap/align");
    for (size_t bytes = 1; bytes <= 130; bytes++) {
        void *block = kmalloc(bytes);

        ktest_assert(block != NULL, "no room for %u bytes", (unsigned)bytes);
        check_place(block, bytes);
        fill(block, bytes, (unsigned)bytes);
        if (bytes % 3 == 0)
            kfree(block);
    }
    ktest_passed();
}
