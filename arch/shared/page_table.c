/* SPDX-License-Identifier: MIT */
/*
 * Tables come from a small array inside the image, so mapping needs no
 * allocator and can run before the MMU is on. Large pages are used where both
 * ends allow. Tables are never freed: the array is sized for the mappings of
 * one boot, and exhaustion is reported to the caller.
 */
#include "page_table.h"

#define ENTRIES    ((size_t)1 << PAGE_TABLE_BITS)
#define PAGE_BYTES ((size_t)1 << PAGE_SHIFT_BITS)
#define LAST_LEVEL (PAGE_TABLE_LEVELS - 1)

_Static_assert(ENTRIES * sizeof(page_entry_t) == PAGE_BYTES, "a table is a page");

_Alignas(PAGE_BYTES) page_entry_t page_table_root[ENTRIES];
_Alignas(PAGE_BYTES) static page_entry_t tables[PAGE_TABLE_COUNT][ENTRIES];
static unsigned tables_used;

/* Level 0 is the root. */
static unsigned level_shift(unsigned level)
{
    return PAGE_SHIFT_BITS + PAGE_TABLE_BITS * (LAST_LEVEL - level);
}

static page_entry_t *entry_of(page_entry_t *table, unsigned level, uintptr_t virt)
{
    return &table[(virt >> level_shift(level)) % ENTRIES];
}

static bool leads_on(page_entry_t entry, unsigned level)
{
    return level < LAST_LEVEL && page_entry_is_table(entry);
}

static page_entry_t *table_below(page_entry_t entry)
{
    return (page_entry_t *)(uintptr_t)page_entry_address(entry);
}

/*
 * The table below an entry, created if missing; NULL iff the array is used up
 * or a large page is mapped there.
 */
static page_entry_t *descend(page_entry_t *entry)
{
    if (!page_entry_is_used(*entry)) {
        if (tables_used == PAGE_TABLE_COUNT)
            return NULL;
        *entry = page_entry_table((uintptr_t)tables[tables_used++]);
    }
    return page_entry_is_table(*entry) ? table_below(*entry) : NULL;
}

/* Map one page at `virt`, the largest that alignment and `bytes` allow; returns its size, 0 = no
 * table. */
static size_t map_one(uintptr_t virt, uintptr_t phys, size_t bytes, page_entry_t attributes)
{
    page_entry_t *table = page_table_root;

    for (unsigned level = 0;; level++) {
        size_t span = (size_t)1 << level_shift(level);
        page_entry_t *entry = entry_of(table, level, virt);
        bool fits = ((virt | phys) & (span - 1)) == 0 && bytes >= span;

        if (fits && !leads_on(*entry, level)) {
            *entry = page_entry_leaf(phys, attributes, level);
            return span;
        }
        table = descend(entry);
        if (table == NULL)
            return 0;
    }
}

bool page_table_map(uintptr_t virt, uintptr_t phys, size_t bytes, page_entry_t attributes)
{
    while (bytes > 0) {
        size_t done = map_one(virt, phys, bytes, attributes);

        if (done == 0)
            return false;
        virt += done;
        phys += done;
        bytes -= done;
    }
    page_table_changed(false);
    return true;
}

void page_table_unmap(uintptr_t virt, size_t bytes)
{
    while (bytes > 0) {
        unsigned level = 0;
        page_entry_t *entry = entry_of(page_table_root, level, virt);

        while (leads_on(*entry, level)) {
            level++;
            entry = entry_of(table_below(*entry), level, virt);
        }
        *entry = 0;
        size_t span = (size_t)1 << level_shift(level);

        span -= virt & (span - 1);
        virt += span;
        bytes -= span < bytes ? span : bytes;
    }
    page_table_changed(true);
}
