/* SPDX-License-Identifier: MIT */
/*
 * The stack window: a linear table of TLB entries, which the refill handler in
 * vectors.S reads with one index.
 *
 * A page of the window has another colour than the same RAM in kseg0: on a virtually
 * indexed cache with ways larger than a page (24K, 34K, 74K: 8 KiB) the two would be
 * cached twice. It is therefore used through one of them at a time, and when that
 * changes, the lines of the other are written back and dropped. A page is as cacheable
 * as kseg0, whose cacheability the loader chose (Config.K0).
 */
#include <arch/cache.h>
#include <arch/cpu.h>
#include <arch/mmu.h>

#include "mips32.h"

_Static_assert(ARCH_HAS_STACK_WINDOW == (STACK_WINDOW_BYTES > 0), "layout.h has the window");

bool arch_map_direct(uintptr_t base, size_t bytes, enum arch_map_kind kind)
{
    (void)base;
    (void)bytes;
    (void)kind; /* kseg0 has one kind */
    return true;
}

void arch_unmap_direct(uintptr_t base, size_t bytes)
{
    (void)base;
    (void)bytes;
}

struct arch_window arch_stack_window(void)
{
#if STACK_WINDOW_BYTES > 0
    return (struct arch_window){
        .base = STACK_WINDOW_BASE + FIRST_THREAD_PAGE * ARCH_PAGE_SIZE,
        .bytes = STACK_WINDOW_BYTES - FIRST_THREAD_PAGE * ARCH_PAGE_SIZE,
    };
#else
    return (struct arch_window){.base = 0, .bytes = 0};
#endif
}

#if STACK_WINDOW_BYTES > 0

/* EntryLo (MIPS32 PRA III, 9.5): valid, writable, cacheability, frame. */
#define ENTRYLO_V         0x2u
#define ENTRYLO_D         0x4u
#define ENTRYLO_C_SHIFT   3
#define ENTRYLO_PFN_SHIFT 6
#define INDEX_NO_MATCH    0x80000000u

#define PAGE_BYTES (1u << PAGE_SHIFT)

_Static_assert(ARCH_PAGE_SIZE == PAGE_BYTES, "the table is indexed by it");
_Static_assert(STACK_WINDOW_BYTES % 0x10000 == 0, "vectors.S compares with a lui");

_Alignas(8) uint32_t mips32_page_table[STACK_WINDOW_BYTES >> PAIR_SHIFT][2];

/*
 * Invalidate the TLB entry of the pair of pages at `address`. Interrupts
 * masked: EntryHi is shared with refills.
 */
static void drop(uintptr_t address)
{
    uint32_t index;

    MIPS32_WRITE_CP0(10, address & ~((uintptr_t)2 * PAGE_BYTES - 1));
    __asm__ volatile("tlbp\n\t" MIPS32_HAZARD : : : "memory");
    MIPS32_READ_CP0(0, index);
    if ((index & INDEX_NO_MATCH) == 0) {
        /* As at boot: a kseg0 address that no other entry has. */
        MIPS32_WRITE_CP0(2, 0);
        MIPS32_WRITE_CP0(3, 0);
        MIPS32_WRITE_CP0(10, 0x80000000u + (index << PAIR_SHIFT));
        __asm__ volatile("tlbwi\n\t" MIPS32_HAZARD : : : "memory");
    }
}

/* Set the entries of a range: to RAM from `backing` on, or to invalid. */
static void set_range(uintptr_t address, uintptr_t backing, size_t bytes, bool valid)
{
    uint32_t config;

    MIPS32_READ_CP0(16, config);
    for (size_t at = 0; at < bytes; at += PAGE_BYTES) {
        size_t page = (address + at - STACK_WINDOW_BASE) >> PAGE_SHIFT;
        uint32_t frame = ((backing + at) & 0x1fffffff) >> PAGE_SHIFT; /* kseg0 to physical */
        uint32_t entry =
            frame << ENTRYLO_PFN_SHIFT | (config & 7) << ENTRYLO_C_SHIFT | ENTRYLO_D | ENTRYLO_V;
        bool enabled = arch_interrupts_disable();

        mips32_page_table[page / 2][page % 2] = valid ? entry : 0;
        drop(address + at);
        arch_interrupts_restore(enabled);
    }
}

bool arch_map_stack(uintptr_t address, uintptr_t backing, size_t bytes)
{
    if (MIPS32_HAS_CACHE)
        arch_cache_clean_invalidate(backing, bytes);
    set_range(address, backing, bytes, true);
    return true;
}

void arch_unmap_stack(uintptr_t address, size_t bytes)
{
    if (MIPS32_HAS_CACHE)
        arch_cache_clean_invalidate(address, bytes);
    set_range(address, 0, bytes, false);
}

#else

bool arch_map_stack(uintptr_t address, uintptr_t backing, size_t bytes)
{
    (void)address;
    (void)backing;
    (void)bytes;
    return false;
}

void arch_unmap_stack(uintptr_t address, size_t bytes)
{
    (void)address;
    (void)bytes;
}

#endif
