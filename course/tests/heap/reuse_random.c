/* SPDX-License-Identifier: MIT */
/*
 * Memory freed in random order can be allocated again to the last byte: as
 * blocks of several sizes, and as one block.
 */
#include "../theap.h"

#define ROOM 2048

static void *blocks[ROOM];

/* Fill memory with blocks of one size and free them all. Returns the number of blocks. */
static size_t round(size_t bytes)
{
    size_t count = allocate_all(blocks, ROOM, bytes);

    ktest_assert(count < ROOM, "the table is too small for this machine");
    for (size_t i = 0; i < count; i++)
        check_filled(blocks[i], bytes, (unsigned)i);
    {
        for (size_t left = count; left > 0; left--) {
            size_t chosen = random_below((uint32_t)left);

            kfree(blocks[chosen]);
            blocks[chosen] = blocks[left - 1];
        }
    }
    return count;
}

void kernel_test(void)
{
    static const size_t sizes[] = {1000, 64, 100, 3000};

    ktest_start("heap/reuse_random");
    size_t largest = largest_block();

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t first = round(sizes[i]);

        for (int again = 0; again < 3; again++) {
            size_t count = round(sizes[i]);

            ktest_assert(count == first, "%u blocks of %u bytes, %u the first time",
                         (unsigned)count, (unsigned)sizes[i], (unsigned)first);
        }
        size_t now = largest_block();

        ktest_assert(now == largest, "largest block %u, %u at the start", (unsigned)now,
                     (unsigned)largest);
        printk("figure: %u blocks of %u bytes\n", (unsigned)first, (unsigned)sizes[i]);
    }
    ktest_passed();
}
