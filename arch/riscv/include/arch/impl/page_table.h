/* SPDX-License-Identifier: MIT */
/*
 * The entries of Sv39 and Sv32 (Privileged Architecture 1.12, 4.3 and 4.4), for
 * arch/shared/page_table.c.
 */
#ifndef ARCH_IMPL_PAGE_TABLE_H
#define ARCH_IMPL_PAGE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

typedef uintptr_t page_entry_t;

#define PAGE_SHIFT_BITS 12
#if __riscv_xlen == 64
#define PAGE_TABLE_LEVELS 3
#define PAGE_TABLE_BITS   9
#else
#define PAGE_TABLE_LEVELS 2
#define PAGE_TABLE_BITS   10
#endif
/* Enough for all thread stacks, and for RAM that neither begins nor ends at a large page. */
#define PAGE_TABLE_COUNT 40

#define PAGE_V 0x01u
#define PAGE_R 0x02u
#define PAGE_W 0x04u
#define PAGE_X 0x08u
#define PAGE_A 0x40u
#define PAGE_D 0x80u

/* Accessed and dirty are set from the start: a CPU may raise a page fault where they are not. */
#define PAGE_TEXT   (PAGE_R | PAGE_X | PAGE_A)
#define PAGE_RODATA (PAGE_R | PAGE_A)
#define PAGE_DATA   (PAGE_R | PAGE_W | PAGE_A | PAGE_D)

static inline bool page_entry_is_used(page_entry_t entry)
{
    return (entry & PAGE_V) != 0;
}

static inline bool page_entry_is_table(page_entry_t entry)
{
    return (entry & (PAGE_V | PAGE_R | PAGE_W | PAGE_X)) == PAGE_V;
}

static inline uintptr_t page_entry_address(page_entry_t entry)
{
    return entry >> 10 << PAGE_SHIFT_BITS;
}

static inline page_entry_t page_entry_table(uintptr_t table)
{
    return table >> PAGE_SHIFT_BITS << 10 | PAGE_V;
}

/* A page, or on a higher level a large page. */
static inline page_entry_t page_entry_leaf(uintptr_t phys, page_entry_t attributes, unsigned level)
{
    (void)level;
    return phys >> PAGE_SHIFT_BITS << 10 | attributes | PAGE_V;
}

/* The CPU may keep invalid entries, too, so both need the fence. */
static inline void page_table_changed(bool removed)
{
    (void)removed;
    __asm__ volatile("sfence.vma" : : : "memory");
}

#endif
