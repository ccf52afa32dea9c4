/* SPDX-License-Identifier: MIT */
/*
 * The stack window through the TLB: more pages than TLB entries, so that each
 * access may need a refill; and addresses next to the window, for which the
 * memory behind the page table looks like valid entries.
 */
#include <arch/mmu.h>
#include <exit.h>
#include <job.h>
#include <lib/print.h>
#include <mm/heap.h>

#include "../../include/tap.h"

#define PAGES 128 /* 64 pairs; no TLB has so many entries here */

/* From arch/mips32/src/mmu.c: EntryLo0 and EntryLo1 of each pair of pages from the window's base
 * on. */
extern uint32_t mips32_page_table[][2];
#define TABLE_BASE 0xc0000000u
#define PAIR_BYTES (2 * ARCH_PAGE_SIZE)

static volatile uint32_t *word_at(uintptr_t address)
{
    return (volatile uint32_t *)address;
}

static int test_refill(void)
{
    struct arch_window window = arch_stack_window();
    uintptr_t first = window.base + window.bytes - PAGES * ARCH_PAGE_SIZE;
    uintptr_t frames = (uintptr_t)kmalloc_aligned(3 * ARCH_PAGE_SIZE, ARCH_PAGE_SIZE);
    unsigned wrong = 0;

    if (window.bytes == 0) /* a build without a window */
        return tap_done();
    tap_ok(frames != 0, "memory for three pages");
    /* The two pages of a pair have different frames. */
    for (unsigned i = 0; i < PAGES; i++)
        (void)arch_map_stack(first + i * ARCH_PAGE_SIZE, frames + i % 3 * ARCH_PAGE_SIZE,
                             ARCH_PAGE_SIZE);
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 3; i++)
            *word_at(frames + i * ARCH_PAGE_SIZE + 4 * round) = 100 * round + i;
        for (unsigned i = 0; i < PAGES; i++)
            wrong += *word_at(first + i * ARCH_PAGE_SIZE + 4 * round) != 100 * round + i % 3;
    }
    tap_equal(wrong, 0, "each page shows its frame");
    *word_at(first + 5 * ARCH_PAGE_SIZE + 64) = 77;
    tap_equal(*word_at(frames + 2 * ARCH_PAGE_SIZE + 64), 77, "what is written through it arrives");
    for (unsigned i = 0; i < PAGES; i++)
        arch_unmap_stack(first + i * ARCH_PAGE_SIZE, ARCH_PAGE_SIZE);
    kfree((void *)frames);
    return tap_done();
}

JOB(test_refill, .kind = "test", .name = "refill", .run = test_refill,
    .summary = "more pages in the stack window than the TLB has entries");

#if ARCH_HAS_STACK_WINDOW
static int outside_window(void)
{
    uintptr_t frame = (uintptr_t)kmalloc_aligned(ARCH_PAGE_SIZE, ARCH_PAGE_SIZE);
    uint32_t *false_entry = kmalloc_aligned(8, 8);
    /*
     * The page for which the refill handler would read that entry if it did not
     * check the address first.
     */
    uintptr_t address =
        TABLE_BASE + ((uintptr_t)false_entry - (uintptr_t)mips32_page_table) / 8 * PAIR_BYTES;

    false_entry[0] = false_entry[1] = (uint32_t)((frame & 0x1fffffff) >> 12 << 6 | 0x1f);
    printk("[fault] reading %p, outside the window\n", (void *)address);
    printk("[fault] %u was there FAIL\n", (unsigned)*word_at(address));
    return EXIT_OK;
}

JOB(fault_outside_window, .kind = "fault", .name = "outside_window", .run = outside_window,
    .summary = "read an address behind the stack window");
#endif
