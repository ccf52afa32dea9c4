/* SPDX-License-Identifier: MIT */
/*
 * Blocks lie in memory, do not overlap and keep their contents; kmalloc(0),
 * kfree(NULL) and requests larger than memory do no harm.
 */
#include "../theap.h"

#define BLOCKS 40

static void *blocks[BLOCKS];

static size_t size_of(unsigned i)
{
    return i * i % 200 + 1;
}

void kernel_test(void)
{
    ktest_start("heap/basic");
    for (unsigned i = 0; i < BLOCKS; i++) {
        blocks[i] = kmalloc(size_of(i));
        ktest_assert(blocks[i] != NULL, "no room for %u bytes", (unsigned)size_of(i));
        check_place(blocks[i], size_of(i));
        fill(blocks[i], size_of(i), i);
    }
    for (unsigned i = 0; i < BLOCKS; i++)
        check_filled(blocks[i], size_of(i), i);
    for (unsigned i = 0; i < BLOCKS; i += 2)
        kfree(blocks[i]);
    for (unsigned i = 1; i < BLOCKS; i += 2)
        check_filled(blocks[i], size_of(i), i);
    for (unsigned i = 1; i < BLOCKS; i += 2)
        kfree(blocks[i]);

    void *none = kmalloc(0);
    void *none_either = kmalloc(0);

    ktest_assert(none == NULL || none != none_either, "empty blocks differ");
    kfree(none);
    kfree(none_either);
    kfree(NULL);
    ktest_assert(kmalloc(debug_get_base_memory_size() + 1) == NULL, "more than there is");
    ktest_assert(kmalloc((size_t)-1) == NULL, "SIZE_MAX");
    ktest_assert(kmalloc((size_t)-8) == NULL, "nearly SIZE_MAX");
    ktest_assert(kmalloc((size_t)-1 / 2 + 1) == NULL, "half of the address space");
    ktest_assert(kmalloc(100) != NULL, "and the heap goes on");
    ktest_passed();
}
