/* SPDX-License-Identifier: MIT */
/*
 * arch/cache.h by virtual address to the point of coherency (Arm ARM, D7.5.9). In
 * assembly without a stack, so that start.S can call it.
 */
    .text
    // void arch_cache_NAME(uintptr_t base, size_t bytes): changes x0 to x3 only
    .macro by_range name, operation
    .globl  \name
    .type   \name, %function
\name:
    add     x1, x0, x1
    mrs     x2, ctr_el0                 // DminLine, bits 19 to 16: log2 of the words in the smallest line
    ubfx    x2, x2, #16, #4
    mov     x3, #4
    lsl     x2, x3, x2
    sub     x3, x2, #1
    bic     x0, x0, x3
    b       2f
1:  dc      \operation, x0
    add     x0, x0, x2
2:  cmp     x0, x1
    b.lo    1b
    dsb     sy
    ret
    .size   \name, . - \name
    .endm

    by_range arch_cache_clean, cvac
    by_range arch_cache_invalidate, ivac
    by_range arch_cache_clean_invalidate, civac
