/* SPDX-License-Identifier: MIT */
/*
 * Instructions that not every machine knows. While one is tried, stvec names the
 * instruction behind it: an exception continues there. The usual vector would
 * report it, and could not resume an exception inside a handler.
 */
#include "layout.h"

    .text
    // void riscv_semihosting(uintptr_t operation, const uintptr_t *parameters)
    //
    // The three instructions must lie in one page, uncompressed (RISC-V Semihosting 0.3, 2.1).
    .globl  riscv_semihosting
    .type   riscv_semihosting, @function
riscv_semihosting:
    csrci   sstatus, SSTATUS_SIE
    la      t0, 1f
    csrrw   t0, stvec, t0
    .balign 16
    slli    zero, zero, 0x1f
    ebreak
    srai    zero, zero, 7
1:  csrw    stvec, t0
    ret
    .size   riscv_semihosting, . - riscv_semihosting

    // bool riscv_has_stimecmp(void)
    .globl  riscv_has_stimecmp
    .type   riscv_has_stimecmp, @function
riscv_has_stimecmp:
    la      t0, 1f
    csrrw   t0, stvec, t0
    li      a0, 0
    csrr    t1, 0x14d
    li      a0, 1
1:  csrw    stvec, t0
    ret
    .size   riscv_has_stimecmp, . - riscv_has_stimecmp
