/* SPDX-License-Identifier: MIT */
/*
 * The judge of the exercise "probing on paper" (docs/exercises.md): plays the
 * student's plan on machines of all sizes, and counts the pages that it touches.
 *
 * answer_probe(present, absent) is the next page to touch, when page `present`
 * is the highest one found and `absent` is the lowest one not found, or 0 while
 * none was missing. Page 0 is there on every machine.
 */
#include <ktest.h>

uint32_t answer_probe(uint32_t present, uint32_t absent);

#define PAGES_MAX 65536u /* 256 MiB */

/* The pages touched on a machine of `pages` pages. */
static unsigned play(uint32_t pages)
{
    uint32_t present = 0;
    uint32_t absent = 0;
    unsigned touched = 0;

    while (absent != present + 1) {
        uint32_t page = answer_probe(present, absent);

        ktest_assert(page > present && (absent == 0 || page < absent),
                     "machine of %u pages: page %u was asked for between %u and %u",
                     (unsigned)pages, (unsigned)page, (unsigned)present, (unsigned)absent);
        touched++;
        if (page < pages)
            present = page;
        else
            absent = page;
    }
    return touched;
}

/* Doubling, then halving. */
static unsigned limit(uint32_t pages)
{
    unsigned bits = 0;

    while (pages >> bits > 0)
        bits++;
    return 2 * bits;
}

void kernel_test(void)
{
    unsigned worst = 0;

    ktest_start("exercise/probing");
    for (uint32_t pages = 1; pages <= PAGES_MAX; pages++) {
        unsigned touched = play(pages);

        ktest_assert(touched <= limit(pages), "machine of %u pages: %u touched, at most %u",
                     (unsigned)pages, touched, limit(pages));
        if (touched > worst)
            worst = touched;
        if ((pages & (pages - 1)) == 0 || pages == 1000)
            printk("%u pages: %u touched\n", (unsigned)pages, touched);
    }
    printk("worst: %u touched\n", worst);
    ktest_passed();
}
