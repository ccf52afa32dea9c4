/* SPDX-License-Identifier: MIT */
/*
 * Page tables as a tree in memory, for ports whose CPU walks them. The port
 * describes an entry in arch/impl/page_table.h.
 */
#ifndef ARCH_SHARED_PAGE_TABLE_H
#define ARCH_SHARED_PAGE_TABLE_H

#include <stddef.h>

#include <arch/impl/page_table.h>

/* The first table, for the CPU's register. */
extern page_entry_t page_table_root[];

/*
 * Map [virt, virt + bytes) to physical memory from `phys` on, all multiples of the
 * page size, with the port's attributes. One entry per page, or per large page
 * where both ends allow it. Returns false iff tables ran out; the range is then
 * undefined. Not from an interrupt.
 */
bool page_table_map(uintptr_t virt, uintptr_t phys, size_t bytes, page_entry_t attributes);

/* Undo page_table_map() for exactly such a range; later accesses trap. */
void page_table_unmap(uintptr_t virt, size_t bytes);

#endif
