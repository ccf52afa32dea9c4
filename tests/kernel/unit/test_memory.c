/* SPDX-License-Identifier: MIT */
/*
 * The state after boot: the detected memory exists, the early heap works,
 * interrupt masking and function names work.
 */
#include <arch/cpu.h>
#include <arch/mmu.h>
#include <arch/probe.h>
#include <board/board.h>
#include <debug/code.h>
#include <debug/mm.h>
#include <debug/symbols.h>
#include <exc.h>
#include <job.h>
#include <lib/string.h>
#include <main.h>
#include <mm/heap.h>
#include <mm/memory.h>
#include <mm/self.h>

#include "../include/tap.h"

static void test_detected(void)
{
    uintptr_t base = memory_base();
    uintptr_t end = base + memory_bytes();
    volatile uintptr_t *first = (volatile uintptr_t *)base;
    volatile uintptr_t *last = (volatile uintptr_t *)(end - sizeof *last);
    uintptr_t old_first = *first;
    uintptr_t old_last = *last;

    tap_ok(base >= kernel_get_image_end(), "memory starts after the image");
    tap_equal(debug_get_base_memory_size(), memory_bytes(), "both names tell the same size");
    *last = 0x5aa5c33c;
    *first = 0x12345678;
    tap_equal(*last, 0x5aa5c33c, "the last word keeps what is written");
    tap_equal(*first, 0x12345678, "so does the first");
    *first = old_first;
    *last = old_last;
    if (board_ram_claimed_bytes() != 0)
        tap_equal(end - board_ram_window().base, (uintptr_t)board_ram_claimed_bytes(),
                  "probing agrees with what firmware says");
}

static void test_early_heap(void)
{
    uintptr_t a = (uintptr_t)kmem_alloc_aligned(3, 1);
    uintptr_t b = (uintptr_t)kmem_alloc_aligned(8, 256);

    if (b == 0) /* a board without an early heap */
        return;
    tap_ok(a != 0 && b > a, "the early heap hands out rising addresses");
    tap_equal(b % 256, 0, "aligned as asked");
    tap_ok(kmem_alloc_aligned(8, 3) == NULL, "an alignment that is no power of two is refused");
    tap_ok(kmem_alloc_aligned(SIZE_MAX, 1) == NULL, "SIZE_MAX bytes are refused");
    tap_ok(kmem_alloc_aligned(SIZE_MAX - 15, 16) == NULL, "so is a size that wraps round");
    tap_ok(kmem_alloc_aligned(8, 8) != NULL, "and the heap goes on");
}

static void test_interrupt_masking(void)
{
    bool enabled = interrupts_disable();

    tap_ok(enabled, "threads run with interrupts enabled");
    tap_ok(!interrupts_disable(), "masking twice tells that they were masked");
    interrupts_restore(false);
    tap_ok(!arch_interrupts_enabled(), "restoring the inner state leaves them masked");
    interrupts_restore(enabled);
    tap_ok(arch_interrupts_enabled(), "restoring the outer state enables them");
}

static void test_symbols(void)
{
    size_t offset = 1;
    const char *name = symbol_find((uintptr_t)kernel_main + 4, &offset);

    if (name == NULL) /* an image without the table */
        return;
    tap_ok(strcmp(name, "kernel_main") == 0, "kernel_main is found by address");
    tap_equal(offset, 4, "with the right offset");
    tap_ok(symbol_find(0, &offset) == NULL, "address 0 is no function");
    tap_ok(symbol_find((uintptr_t)&offset, &offset) == NULL, "a variable is no function");
}

static void test_stack_pointer(void)
{
    volatile uint8_t local = 0;
    uintptr_t sp = debug_get_stack_pointer();
    uintptr_t distance = (uintptr_t)&local - sp;

    tap_ok(distance < 256, "the stack pointer lies just below a local variable");
}

static int test_memory(void)
{
    test_detected();
    test_early_heap();
    test_interrupt_masking();
    test_symbols();
    test_stack_pointer();
    return tap_done();
}

JOB(test_memory, .kind = "test", .name = "memory", .run = test_memory,
    .summary = "what boot left behind: memory, early heap, masking, names");
