/* SPDX-License-Identifier: MIT */
/*
 * Unmapping must also remove what the CPU caches of a mapping: a page of the
 * stack window gets another frame, then none. And writes to text and constants,
 * which the report must state in a build with KERNEL_DEBUG=1
 * (tests/kernel/threads.t).
 */
#include <arch/mmu.h>
#include <debug.h>
#include <exit.h>
#include <job.h>
#include <lib/print.h>
#include <main.h>
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

/* A text or constant word as the stack window shows it, which is writable on every CPU. */
static volatile uint32_t *writable(uintptr_t word)
{
    struct arch_window window = arch_stack_window();
    uintptr_t page = word & ~((uintptr_t)ARCH_PAGE_SIZE - 1);
    uintptr_t alias = window.base + window.bytes - ARCH_PAGE_SIZE;

    if (arch_map_stack(alias, page, ARCH_PAGE_SIZE))
        word = alias + (word - page);
    return (volatile uint32_t *)word;
}

static int change_text(void)
{
    *writable((uintptr_t)kernel_main) ^= 1;
    panic("an instruction has changed");
}

static int change_constant(void)
{
    static const uint32_t constant = 1;
    uintptr_t nowhere = 0;

    __asm__ volatile("" : "+r"(nowhere)); /* hides from the compiler that this is NULL */
    *writable((uintptr_t)&constant) ^= 1;
    *(volatile uint32_t *)nowhere = 0;
    return EXIT_OK;
}

JOB(fault_change_text, .kind = "fault", .name = "change_text", .run = change_text,
    .summary = "change an instruction and panic");
JOB(fault_change_constant, .kind = "fault", .name = "change_constant", .run = change_constant,
    .summary = "change a constant and write to address 0");
