/* SPDX-License-Identifier: MIT */
/*
 * Address space. The kernel names memory by its direct address, where all RAM
 * is visible one to one (AArch64: identity; MIPS: kseg0), and maps pieces of
 * it a second time in the stack window, so that a stack can have unmapped
 * pages below it without wasting RAM.
 */
#ifndef ARCH_MMU_H
#define ARCH_MMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <arch/impl/mmu.h> /* ARCH_PAGE_SIZE, ARCH_DIRECT_ALIGN */

enum arch_map_kind {
    ARCH_MAP_RW,     /* ordinary memory, cached, never executable */
    ARCH_MAP_DEVICE, /* registers, or memory not known to exist: uncached, no speculation, never
                        executable */
};

/* A range of addresses. */
struct arch_window {
    uintptr_t base;
    size_t bytes;
};

/*
 * Make direct addresses [base, base + bytes) usable. Aligned to ARCH_DIRECT_ALIGN. Costs one
 * descriptor per page, or per large block where both ends allow it. Returns
 * false, with nothing promised about the range, iff page tables ran out; true
 * at once where direct addresses need no tables. Not from an interrupt.
 */
bool arch_map_direct(uintptr_t base, size_t bytes, enum arch_map_kind kind);

/* Undo arch_map_direct() for exactly such a range. */
void arch_unmap_direct(uintptr_t base, size_t bytes);

/* Where second mappings of stacks may go; bytes = 0 where the CPU or the preset has none. */
struct arch_window arch_stack_window(void);

/*
 * Map the RAM at direct address `backing` at `address` in the stack window as
 * ARCH_MAP_RW. Page-aligned. Returns false iff page tables ran out.
 */
bool arch_map_stack(uintptr_t address, uintptr_t backing, size_t bytes);

/* Remove such a mapping; an access traps from now on. */
void arch_unmap_stack(uintptr_t address, size_t bytes);

#endif
