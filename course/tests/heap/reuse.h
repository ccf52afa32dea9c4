/* SPDX-License-Identifier: MIT */
/*
 * Shared by the tests of reuse, which differ in the order of frees: memory is
 * filled with blocks of one size and freed, again and again, for several sizes.
 */
#ifndef REUSE_H
#define REUSE_H

#include "../theap.h"

#define ROOM 2048

/* Fill memory with blocks of one size and free them all. Returns the number of blocks. */
static size_t fill_and_free(size_t bytes, void (*free_all)(void **blocks, size_t count))
{
    static void *blocks[ROOM];
    size_t count = allocate_all(blocks, ROOM, bytes);

    ktest_assert(count < ROOM, "the table is too small for this machine");
    for (size_t i = 0; i < count; i++)
        check_filled(blocks[i], bytes, (unsigned)i);
    free_all(blocks, count);
    return count;
}

/* The same blocks fit each time, and in the end the same largest block. */
static void test_reuse(const char *name, void (*free_all)(void **blocks, size_t count))
{
    static const size_t sizes[] = {1000, 64, 100, 3000};

    ktest_start(name);
    size_t largest = largest_block();

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t first = fill_and_free(sizes[i], free_all);

        for (int again = 0; again < 3; again++) {
            size_t count = fill_and_free(sizes[i], free_all);

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

#endif
