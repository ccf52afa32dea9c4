/* SPDX-License-Identifier: MIT */
/*
 * Random form of the reuse tests: memory is filled with random sizes and freed
 * in random order, and must then be one free block. KTEST_SEED is the first
 * seed, KTEST_SEEDS the number of seeds.
 */
#include "../theap.h"

#ifndef KTEST_SEED
#define KTEST_SEED 1
#endif
#ifndef KTEST_SEEDS
#define KTEST_SEEDS 5
#endif
#define ROOM 2048

static struct {
    void *block;
    uint32_t bytes;
} blocks[ROOM];

static size_t fill_memory(void)
{
    size_t count = 0;
    unsigned refused = 0;

    while (count < ROOM && refused < 20) {
        uint32_t bytes = random_below(random_below(3) == 0 ? 2000 : 100) + 1;
        void *block = kmalloc(bytes);

        if (block == NULL) {
            refused++;
            continue;
        }
        check_place(block, bytes);
        fill(block, bytes, bytes);
        blocks[count].block = block;
        blocks[count++].bytes = bytes;
    }
    return count;
}

/* Check and free all blocks in random order. */
static void free_memory(size_t count)
{
    while (count > 0) {
        uint32_t chosen = random_below((uint32_t)count--);

        check_filled(blocks[chosen].block, blocks[chosen].bytes, blocks[chosen].bytes);
        kfree(blocks[chosen].block);
        blocks[chosen] = blocks[count];
    }
}

void kernel_test(void)
{
    ktest_start("heap/reuse_mixed");
    size_t largest = largest_block();

    for (uint32_t seed = KTEST_SEED; seed < KTEST_SEED + KTEST_SEEDS; seed++) {
        random_seed(seed);
        size_t count = fill_memory();

        free_memory(count);
        size_t now = largest_block();

        ktest_assert(now == largest, "largest block %u, %u at the start", (unsigned)now,
                     (unsigned)largest);
        printk("figure: seed %u, %u blocks\n", (unsigned)seed, (unsigned)count);
    }
    ktest_passed();
}
