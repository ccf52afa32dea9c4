/* SPDX-License-Identifier: MIT */
/*
 * Unmapping must also remove what the CPU caches of a mapping: a page of the
 * stack window gets another frame, then none.
 */
#include <arch/mmu.h>
#include <exit.h>
#include <job.h>
#include <lib/print.h>
#include <mm/heap.h>

static int stale_page(void)
{
    struct arch_window window = arch_stack_window();
    uintptr_t address = window.base + window.bytes - ARCH_PAGE_SIZE;
    uint8_t *frames = kmalloc_aligned(2 * ARCH_PAGE_SIZE, ARCH_PAGE_SIZE);
    volatile uint8_t *page = (volatile uint8_t *)address;

    for (unsigned i = 0; i < 2; i++) {
        uint8_t *frame = frames + i * ARCH_PAGE_SIZE;

        *frame = (uint8_t)(i + 1);
        if (!arch_map_stack(address, (uintptr_t)frame, ARCH_PAGE_SIZE) || *page != i + 1)
            printk("[fault] frame %u is not there FAIL\n", i);
        arch_unmap_stack(address, ARCH_PAGE_SIZE);
    }
    printk("[fault] reading %p, which was mapped\n", page);
    printk("[fault] %u was there FAIL\n", *page);
    return EXIT_OK;
}

JOB(fault_stale_page, .kind = "fault", .name = "stale_page", .run = stale_page,
    .summary = "read a page that was unmapped after use");
