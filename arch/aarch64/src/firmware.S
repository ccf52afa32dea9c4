/* SPDX-License-Identifier: MIT */
/*
 * Instructions that only an emulator, a debugger or firmware knows. While one is
 * tried, VBAR_EL1 names vectors that skip it. The usual ones would report it, and
 * could not resume an exception inside a handler.
 */
    .text
    // aarch64_NAME(uint64_t operation, ...): x0 = the result, or -1
    .macro attempt name, instruction:vararg
    .globl  \name
    .type   \name, %function
\name:
    msr     daifset, #15
    adrp    x9, skipping_vectors
    add     x9, x9, :lo12:skipping_vectors
    msr     vbar_el1, x9
    isb
    \instruction
    adrp    x9, aarch64_vectors         // the firmware may have changed x0 to x17
    add     x9, x9, :lo12:aarch64_vectors
    msr     vbar_el1, x9
    isb
    ret
    .size   \name, . - \name
    .endm

    attempt aarch64_semihosting, hlt #0xf000
    attempt aarch64_hvc, hvc #0
    attempt aarch64_smc, smc #0

    // Synchronous exceptions from SP_EL0, and at 0x200 from SP_EL1. No other can occur: all are masked.
    .balign 2048
skipping_vectors:
    b       skip
    .org    skipping_vectors + 0x200
skip:
    mov     x0, #-1
    mrs     x9, elr_el1
    add     x9, x9, #4
    msr     elr_el1, x9
    eret
