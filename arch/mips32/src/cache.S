/* SPDX-License-Identifier: MIT */
/*
 * arch/cache.h, in the data cache and, if there is one, the secondary cache: by
 * address, so lines are found whatever the caches' size (MIPS32 PRA II, CACHE, "hit"
 * operations). The addresses must be mapped. On a CPU with fixed TLB size (R4000 in a
 * simulator) the functions do nothing: MSIM has no caches, and the instruction ends it.
 */
#include "layout.h"

    .set    noreorder
    .set    noat
    .text

    // void arch_cache_NAME(uintptr_t base, size_t bytes)
    .macro  by_range name, primary, secondary
    .globl  \name
    .type   \name, @function
    .ent    \name
\name:
#ifndef MIPS32_TLB_ENTRIES
    .word   0x40088001                  // mfc0 $8, Config1
    srl     $9, $8, 10                  // DL: 0 no cache, or log2 of the bytes in a line, minus 1
    all_lines \primary
    bgez    $8, 9f                      // no Config2
    nop
    .word   0x40088002                  // mfc0 $8, Config2
    srl     $9, $8, 4                   // SL
    all_lines \secondary
9:  sync
#endif
    jr      $31
    nop
    .end    \name
    .size   \name, . - \name
    .endm

    // All lines of one cache: $9 has the field of its line size in the low bits. Changes $9 to $13.
    .macro  all_lines operation
    andi    $9, $9, 7
    beqz    $9, 3f
    addiu   $10, $0, 2
    sllv    $9, $10, $9                 // bytes in a line
    subu    $10, $0, $9
    and     $11, $4, $10
    addu    $12, $4, $5
2:  sltu    $13, $11, $12
    beqz    $13, 3f
    nop
    .set    push
    .set    mips3
    cache   \operation, 0($11)
    .set    pop
    b       2b
    addu    $11, $11, $9
3:
    .endm

    by_range arch_cache_clean, 0x19, 0x1b
    by_range arch_cache_invalidate, 0x11, 0x13
    by_range arch_cache_clean_invalidate, 0x15, 0x17
