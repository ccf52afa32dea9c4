/* SPDX-License-Identifier: MIT */
/*
 * Page entries: three levels of 512 over 512 GiB (4 KiB granule, Arm ARM D5), for
 * arch/shared/page_table.c.
 */
#ifndef ARCH_IMPL_PAGE_TABLE_H
#define ARCH_IMPL_PAGE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

typedef uint64_t page_entry_t;

#define PAGE_SHIFT_BITS   12
#define PAGE_TABLE_LEVELS 3
#define PAGE_TABLE_BITS   9
#define PAGE_TABLE_COUNT  40

#define DESC_VALID   UINT64_C(1)
#define DESC_TABLE   UINT64_C(3)
#define DESC_BLOCK   UINT64_C(1)
#define DESC_PAGE    UINT64_C(3)
#define DESC_KIND    UINT64_C(3)
#define DESC_ADDRESS UINT64_C(0x0000fffffffff000)

static inline bool page_entry_is_used(page_entry_t entry)
{
    return (entry & DESC_VALID) != 0;
}

/* On the last level, where pages look the same, nobody asks. */
static inline bool page_entry_is_table(page_entry_t entry)
{
    return (entry & DESC_KIND) == DESC_TABLE;
}

static inline uintptr_t page_entry_address(page_entry_t entry)
{
    return entry & DESC_ADDRESS;
}

static inline page_entry_t page_entry_table(uintptr_t table)
{
    return table | DESC_TABLE;
}

static inline page_entry_t page_entry_leaf(uintptr_t phys, page_entry_t attributes, unsigned level)
{
    return phys | attributes | (level == PAGE_TABLE_LEVELS - 1 ? DESC_PAGE : DESC_BLOCK);
}

static inline void page_table_changed(bool removed)
{
    if (removed)
        __asm__ volatile("dsb ishst\n\ttlbi vmalle1is\n\tdsb ish\n\tisb" : : : "memory");
    else
        __asm__ volatile("dsb ishst\n\tisb" : : : "memory");
}

#endif
