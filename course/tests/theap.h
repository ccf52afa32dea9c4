/* SPDX-License-Identifier: MIT */
/*
 * Shared by the heap tests. The functions are static because each test is one
 * file; unused ones are dropped.
 */
#ifndef THEAP_H
#define THEAP_H

#include <debug/mm.h>
#include <ktest.h>
#include <mm/heap.h>
#include <mm/self.h>

#define UNUSED_ALLOWED __attribute__((unused))

/* Pseudo-random numbers: xorshift, Marsaglia 2003. */
static uint32_t random_state = 1;

UNUSED_ALLOWED static void random_seed(uint32_t seed)
{
    random_state = seed * 2654435761u | 1;
    printk("seed %u\n", (unsigned)seed);
}

UNUSED_ALLOWED static uint32_t random_below(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % limit;
}

/* Requirements on every block, whatever its size. */
UNUSED_ALLOWED static void check_place(const void *block, size_t bytes)
{
    uintptr_t at = (uintptr_t)block;

    ktest_assert(at % 4 == 0, "%p is misaligned", block);
    ktest_assert(at >= kernel_get_image_end(), "%p lies in the kernel", block);
    ktest_assert(at + bytes <= kernel_get_image_end() + debug_get_base_memory_size(),
                 "%p and %u bytes reach beyond memory", block, (unsigned)bytes);
#ifdef __mips__
    ktest_assert(at >= 0x80000000u && at + bytes <= 0xa0000000u, "%p is outside kseg0", block);
#endif
}

UNUSED_ALLOWED static void fill(void *block, size_t bytes, unsigned tag)
{
    uint8_t *at = block;

    for (size_t i = 0; i < bytes; i++)
        at[i] = (uint8_t)(tag + i * 7);
}

UNUSED_ALLOWED static void check_filled(const void *block, size_t bytes, unsigned tag)
{
    const uint8_t *at = block;

    for (size_t i = 0; i < bytes; i++)
        ktest_assert(at[i] == (uint8_t)(tag + i * 7), "byte %u of the %u at %p has changed",
                     (unsigned)i, (unsigned)bytes, block);
}

/* The largest request that succeeds now; the heap is unchanged afterwards. */
UNUSED_ALLOWED static size_t largest_block(void)
{
    size_t good = 0;
    size_t bad = debug_get_base_memory_size() + 1;

    while (bad - good > 1) {
        size_t middle = good + (bad - good) / 2;
        void *block = kmalloc(middle);

        if (block == NULL) {
            bad = middle;
        } else {
            good = middle;
            kfree(block);
        }
    }
    return good;
}

/* Allocate at most `room` blocks of one size, until memory is exhausted. */
UNUSED_ALLOWED static size_t allocate_all(void **blocks, size_t room, size_t bytes)
{
    size_t count = 0;

    while (count < room && (blocks[count] = kmalloc(bytes)) != NULL) {
        fill(blocks[count], bytes, (unsigned)count);
        count++;
    }
    return count;
}

#endif
