/* SPDX-License-Identifier: MIT */
/*
 * The address space as the MMU sees it. AT S1E1R and AT S1E1W translate an address
 * without accessing it, and PAR_EL1 tells the result (Arm ARM, D17.2.109): every page of
 * the low gigabytes must have the kind that the memory map claims, and no page of what
 * is reserved or absent may be mapped. Where code may run is tested by faults: AT does
 * not tell.
 */
#include <arch/cache.h>
#include <arch/cpu.h>
#include <arch/mmu.h>
#include <board/board.h>
#include <job.h>
#include <lib/string.h>
#include <mm/heap.h>
#include <mm/memory.h>
#include <proc/thread.h>

#include "../../include/tap.h"

#define PAR_FAULT  1u
#define PAR_ATTR   56
#define NORMAL     0xffu /* write-back, allocating, inner and outer */
#define DEVICE     0x04u /* nGnRE */
#define DEVICE_MAX 400   /* pages of registers, on any board */

extern uint8_t _text_start[], _text_end[], _rodata_start[], _rodata_end[];
extern uint8_t _data_start[], _data_end[], _kernel_end[];
extern uint8_t _boot_stack_base[], _boot_stack_top[], _irq_stack_base[], _irq_stack_top[];
extern uint8_t _emergency_stack_base[];

/* Memory of this size is filled in no time. */
#define FILL_MAX ((size_t)64 << 20)

enum kind { ABSENT, READ_ONLY, WRITABLE, REGISTERS, STRANGE };

/* Without interrupts, which may use PAR_EL1 in future. */
static enum kind kind_at(uintptr_t address)
{
    uint64_t read, write;
    bool enabled = arch_interrupts_disable();

    __asm__ volatile("at s1e1r, %2\n\tisb\n\tmrs %0, par_el1\n\t"
                     "at s1e1w, %2\n\tisb\n\tmrs %1, par_el1"
                     : "=&r"(read), "=&r"(write)
                     : "r"(address)
                     : "memory");
    arch_interrupts_restore(enabled);
    bool writable = (write & PAR_FAULT) == 0;

    if ((read & PAR_FAULT) != 0)
        return writable ? STRANGE : ABSENT;
    if ((read >> 12 & 0xfffffffff) != address >> 12 && address < memory_base())
        return STRANGE; /* not one to one */
    if (read >> PAR_ATTR == NORMAL)
        return writable ? WRITABLE : READ_ONLY;
    return read >> PAR_ATTR == DEVICE && writable ? REGISTERS : STRANGE;
}

static void expect_kind(const uint8_t *start, const uint8_t *end, enum kind kind, const char *what)
{
    unsigned wrong = 0;

    for (const uint8_t *page = start; page < end; page += ARCH_PAGE_SIZE)
        wrong += kind_at((uintptr_t)page) != kind;
    tap_ok(start < end && wrong == 0, "%s: %u of %u pages are of another kind", what, wrong,
           (unsigned)((size_t)(end - start) / ARCH_PAGE_SIZE));
}

static void test_image(void)
{
    expect_kind(_text_start, _text_end, READ_ONLY, "code");
    expect_kind(_rodata_start, _rodata_end, READ_ONLY, "constants");
    expect_kind(_data_start, _data_end, WRITABLE, "data");
    expect_kind(_data_end, _boot_stack_base, ABSENT, "guard of the boot stack");
    expect_kind(_boot_stack_base, _boot_stack_top, WRITABLE, "boot stack");
    expect_kind(_boot_stack_top, _irq_stack_base, ABSENT, "guard of the exception stack");
    expect_kind(_irq_stack_base, _irq_stack_top, WRITABLE, "exception stack");
    expect_kind(_irq_stack_top, _emergency_stack_base, ABSENT, "guard of the emergency stack");
    expect_kind(_emergency_stack_base, _kernel_end, WRITABLE, "emergency stack and early heap");
}

static bool is_reserved(uintptr_t page)
{
    struct board_range range;

    for (unsigned i = 0; board_reserved(i, &range); i++) {
        if (page + ARCH_PAGE_SIZE > range.base && page < range.base + range.bytes)
            return true;
    }
    return false;
}

/* What may be mapped outside of image and heap: registers, and the device tree, read only. */
static void test_rest(void)
{
    uintptr_t free_end = memory_base() + memory_bytes();
    unsigned counts[STRANGE + 1] = {0};
    unsigned outside = 0;

    for (uintptr_t page = 0; page < (uintptr_t)3 << 30; page += ARCH_PAGE_SIZE) {
        if (page >= (uintptr_t)_text_start && page < (uintptr_t)_kernel_end)
            page = (uintptr_t)_kernel_end;
        if (page >= memory_base() && page < free_end)
            page = free_end;
        enum kind kind = kind_at(page);

        counts[kind]++;
        outside += kind == READ_ONLY && !is_reserved(page);
    }
    tap_ok(kind_at(0) == ABSENT, "page 0 is not mapped");
    tap_ok(counts[WRITABLE] == 0 && counts[STRANGE] == 0,
           "outside of image and heap no page is mapped as writable memory");
    tap_ok(counts[REGISTERS] > 0 && counts[REGISTERS] < DEVICE_MAX, "%u pages are of devices",
           counts[REGISTERS]);
    tap_equal(outside, 0, "pages that can be read but are neither image nor device tree");
}

static void test_heap_pages(void)
{
    uintptr_t end = memory_base() + memory_bytes();
    /* Odd, so that all positions in a block are met. */
    size_t stride = memory_bytes() / 20000 / ARCH_PAGE_SIZE * ARCH_PAGE_SIZE + ARCH_PAGE_SIZE;
    unsigned wrong = 0, shared = 0;

    for (uintptr_t page = memory_base(); page < end; page += stride) {
        wrong += kind_at(page) != WRITABLE;
        shared += is_reserved(page);
    }
    tap_equal(wrong, 0, "pages of free memory that are not ordinary memory");
    tap_equal(shared, 0, "pages of free memory that are reserved");
    tap_ok(kind_at(end - ARCH_PAGE_SIZE) == WRITABLE, "the last page is ordinary memory");
    tap_ok(kind_at(end) == ABSENT, "the one behind it is not mapped");
}

static void test_own_stack(void)
{
    uintptr_t here = arch_stack_pointer() & ~(uintptr_t)(ARCH_PAGE_SIZE - 1);
    uintptr_t page = here;

    while (kind_at(page) == WRITABLE)
        page -= ARCH_PAGE_SIZE;
    tap_ok(page < here && kind_at(page) == ABSENT, "this thread's stack is ordinary memory");
    for (uintptr_t guard = 0; guard < ARCH_STACK_GUARD_BYTES; guard += ARCH_PAGE_SIZE) {
        if (kind_at(page - guard) != ABSENT)
            page = 0;
    }
    tap_ok(page != 0, "the pages below it are not mapped");
}

/* Take all memory and write it; whoever checks the reserved memory then sees a shared byte change.
 */
static void test_fill(void)
{
    enum { BLOCK = 4096 };
    void **blocks = NULL, **next;
    size_t filled = 0;

    while ((next = kmalloc(BLOCK)) != NULL) {
        memset(next, 0x3c, BLOCK);
        *next = blocks;
        blocks = next;
        filled += BLOCK;
    }
    for (; blocks != NULL; blocks = next) {
        next = *blocks;
        kfree(blocks);
    }
    tap_ok(filled > memory_bytes() / 5 * 4, "%zu of %zu KiB of free memory are written",
           filled >> 10, memory_bytes() >> 10);
}

/* QEMU has no caches: nothing may be lost or accessed beyond a line, whatever the range. */
static void test_caches(void)
{
    static _Alignas(256) uint8_t bytes[1024];
    unsigned lost = 0;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7);
    arch_cache_clean((uintptr_t)bytes + 3, 0);
    arch_cache_clean((uintptr_t)bytes + 1, 500);
    arch_cache_clean_invalidate((uintptr_t)bytes + 255, 258);
    arch_cache_clean((uintptr_t)bytes, sizeof bytes);
    arch_cache_invalidate((uintptr_t)bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        lost += bytes[i] != (uint8_t)(i * 7);
    tap_equal(lost, 0, "bytes that cleaning and dropping their lines has changed");
    /* An address that is not mapped would fault: the guard ends at the page of the stack. */
    arch_cache_clean_invalidate((uintptr_t)_boot_stack_base, 1);
    arch_cache_clean_invalidate((uintptr_t)_boot_stack_top - 1, 1);
    tap_ok(true, "a range of one byte touches one line");
}

static int test_attributes(void)
{
    test_image();
    test_rest();
    test_heap_pages();
    test_own_stack();
    test_caches();
    if (memory_bytes() <= FILL_MAX)
        test_fill();
    return tap_done();
}

JOB(test_attributes, .kind = "test", .name = "attributes", .run = test_attributes,
    .summary = "every page is of the kind that the memory map claims");
