/* SPDX-License-Identifier: MIT */
/*
 * The judge of the exercise "segregated lists" (docs/exercises.md): a request and
 * a free take about as many instructions with many holes as with few. The holes
 * are too small for the request, so whoever searches them all takes longer.
 */
#include "../theap.h"

#include <arch/timer.h>

#define FEW   8
#define MANY  3000
#define BYTES 40
#define LARGE 300

static char *blocks[2 * MANY];

struct cost {
    uint32_t alloc;
    uint32_t free;
};

/* The worst of some pairs: the first may still merge what was freed before. */
static struct cost measure(void)
{
    struct cost worst = {0, 0};

    kfree(kmalloc(LARGE));
    for (unsigned i = 0; i < 5; i++) {
        uint32_t before = arch_instructions();
        char *block = kmalloc(LARGE);
        uint32_t between = arch_instructions();

        kfree(block);
        uint32_t after = arch_instructions();

        ktest_assert(block != NULL, "no room for %u bytes", LARGE);
        if (between - before > worst.alloc)
            worst.alloc = between - before;
        if (after - between > worst.free)
            worst.free = after - between;
    }
    return worst;
}

/* The cost with `count` holes between blocks that stay. */
static struct cost with_holes(size_t count)
{
    for (size_t i = 0; i < 2 * count; i++) {
        blocks[i] = kmalloc(BYTES);
        ktest_assert(blocks[i] != NULL, "no room for %u blocks", (unsigned)(2 * count));
    }
    for (size_t i = 0; i < 2 * count; i += 2)
        kfree(blocks[i]);
    struct cost cost = measure();

    printk("with %u holes: kmalloc takes %u instructions, kfree %u\n", (unsigned)count,
           (unsigned)cost.alloc, (unsigned)cost.free);
    for (size_t i = 1; i < 2 * count; i += 2)
        kfree(blocks[i]);
    return cost;
}

void kernel_test(void)
{
    ktest_start("exercise/steps");
    struct cost few = with_holes(FEW);
    struct cost many = with_holes(MANY);

    ktest_assert(many.alloc <= few.alloc * 2, "kmalloc takes %u instructions instead of %u",
                 (unsigned)many.alloc, (unsigned)few.alloc);
    ktest_assert(many.free <= few.free * 2, "kfree takes %u instructions instead of %u",
                 (unsigned)many.free, (unsigned)few.free);
    ktest_passed();
}
