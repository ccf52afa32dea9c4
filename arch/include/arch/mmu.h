/* SPDX-License-Identifier: MIT */
/*
 * Address space. The kernel refers to memory by its direct address, where all
 * RAM is mapped one to one (AArch64, RISC-V: identity; MIPS: kseg0). It maps stacks a
 * second time in the stack window, so that unmapped pages can lie below a stack
 * without wasting RAM.
 */
#ifndef ARCH_MMU_H
#define ARCH_MMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * ARCH_PAGE_SIZE, ARCH_DIRECT_ALIGN, ARCH_HAS_STACK_WINDOW, and
 * ARCH_STACK_GUARD_BYTES: the unmapped bytes below every stack, those of threads
 * and the CPU's own; 0 without a window. A frame up to this size cannot jump over
 * them; the build refuses larger ones (tools/stack/report.pl).
 */
#include <arch/impl/mmu.h>

enum arch_map_kind {
    ARCH_MAP_RO,     /* as ARCH_MAP_RW, but read only on CPUs whose direct addresses have tables */
    ARCH_MAP_RW,     /* ordinary memory, cached, never executable */
    ARCH_MAP_DEVICE, /* registers, or memory not known to exist: uncached, no speculation, never
                        executable. On CPUs whose pages do not say so, it depends on the physical
                        address (RISC-V without Svpbmt) or on the virtual one (MIPS) */
};

/* A range of addresses. */
struct arch_window {
    uintptr_t base;
    size_t bytes;
};

/*
 * Make direct addresses [base, base + bytes) usable. Both must be aligned to
 * ARCH_DIRECT_ALIGN. Costs one descriptor per page, or per large block where
 * both ends allow it. Returns false iff page tables ran out; the range is then
 * undefined. Returns true at once on CPUs whose direct addresses need no
 * tables. Not from an interrupt.
 */
bool arch_map_direct(uintptr_t base, size_t bytes, enum arch_map_kind kind);

/* Undo arch_map_direct() for exactly such a range. */
void arch_unmap_direct(uintptr_t base, size_t bytes);

/*
 * The window for second mappings of stacks; bytes = 0 iff ARCH_HAS_STACK_WINDOW
 * is 0: the CPU or the preset has none.
 */
struct arch_window arch_stack_window(void);

/*
 * Map the RAM at direct address `backing` at `address` in the stack window, as
 * ARCH_MAP_RW. Page-aligned. Returns false iff page tables ran out.
 */
bool arch_map_stack(uintptr_t address, uintptr_t backing, size_t bytes);

/* Remove such a mapping; later accesses trap. */
void arch_unmap_stack(uintptr_t address, size_t bytes);

#endif
