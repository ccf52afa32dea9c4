/* SPDX-License-Identifier: MIT */
/*
 * Random requests and frees from several seeds, with the contents of every
 * block checked. KTEST_SEED is the first seed, KTEST_SEEDS the number of seeds.
 */
#include "../theap.h"

#ifndef KTEST_SEED
#define KTEST_SEED 1
#endif
#ifndef KTEST_SEEDS
#define KTEST_SEEDS 5
#endif
#define SLOTS 256
#define STEPS 2000

static struct {
    void *block;
    size_t bytes;
    unsigned tag;
} slots[SLOTS];

static size_t request(void)
{
    static const uint16_t limits[] = {16, 64, 300, 3000};

    return random_below(limits[random_below(4)]) + 1;
}

static void step(unsigned tag, unsigned *refused)
{
    unsigned i = random_below(SLOTS);

    if (slots[i].block != NULL) {
        check_filled(slots[i].block, slots[i].bytes, slots[i].tag);
        kfree(slots[i].block);
        slots[i].block = NULL;
        return;
    }
    slots[i].bytes = request();
    slots[i].tag = tag;
    slots[i].block = kmalloc(slots[i].bytes);
    if (slots[i].block == NULL) {
        ++*refused;
        return;
    }
    check_place(slots[i].block, slots[i].bytes);
    fill(slots[i].block, slots[i].bytes, tag);
}

void kernel_test(void)
{
    ktest_start("heap/stress");
    size_t largest = largest_block();

    for (uint32_t seed = KTEST_SEED; seed < KTEST_SEED + KTEST_SEEDS; seed++) {
        unsigned refused = 0;

        random_seed(seed);
        for (unsigned i = 0; i < STEPS; i++)
            step(i, &refused);
        for (unsigned i = 0; i < SLOTS; i++) {
            if (slots[i].block != NULL)
                check_filled(slots[i].block, slots[i].bytes, slots[i].tag);
            kfree(slots[i].block);
            slots[i].block = NULL;
        }
        size_t now = largest_block();

        printk("figure: seed %u, %u requests refused\n", (unsigned)seed, refused);
        ktest_assert(now == largest, "largest block %u, %u at the start", (unsigned)now,
                     (unsigned)largest);
    }
    ktest_passed();
}
