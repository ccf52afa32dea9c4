/* SPDX-License-Identifier: MIT */
/*
 * What M-mode does where there is no firmware: nearly nothing. start.S delegates
 * all exceptions and interrupts that S-mode can serve. Here remain the machine's
 * timer and the one SBI call that the kernel makes, sbi_set_timer(), for CPUs on
 * which S-mode has no timer of its own (Sstc).
 */
#include "layout.h"

#define SBI_TIME          0x54494d45
#define SBI_NOT_SUPPORTED -2
#define CAUSE_CALL_FROM_S 9
#define MTIMECMP_OFFSET   0x4000        /* of hart 0, in the CLINT */
#define MIP_STIP          0x20
#define MIE_MTIE          0x80

    .text
    .balign 4
    .globl  riscv_machine_trap
    .type   riscv_machine_trap, @function
riscv_machine_trap:
    csrrw   t0, mscratch, t0            // mscratch held the address of two words
    SX      t1, WORD_BYTES(t0)
    csrr    t1, mscratch
    SX      t1, 0(t0)
    csrw    mscratch, t0
    csrr    t1, mcause
#ifdef RISCV_CLINT_BASE
    bltz    t1, timer
#endif
    addi    t1, t1, -CAUSE_CALL_FROM_S
1:  bnez    t1, 1b                      // M-mode itself is broken
    csrr    t1, mepc
    addi    t1, t1, 4
    csrw    mepc, t1
#ifdef RISCV_CLINT_BASE
    li      t1, SBI_TIME
    bne     a7, t1, unknown
    bnez    a6, unknown
    li      t1, RISCV_CLINT_BASE + MTIMECMP_OFFSET
#if __riscv_xlen == 64
    sd      a0, 0(t1)
#else
    li      t0, -1                      // no value in between is in the past
    sw      t0, 0(t1)
    sw      a1, 4(t1)
    sw      a0, 0(t1)
    csrr    t0, mscratch
#endif
    li      t1, MIP_STIP
    csrc    mip, t1
    li      t1, MIE_MTIE
    csrs    mie, t1
    li      a0, 0
    li      a1, 0
    j       2f
timer:                                  // hand it on; the next call enables it again
    li      t1, MIE_MTIE
    csrc    mie, t1
    li      t1, MIP_STIP
    csrs    mip, t1
    j       2f
unknown:
#endif
    li      a0, SBI_NOT_SUPPORTED
    li      a1, 0
2:  LX      t1, WORD_BYTES(t0)
    LX      t0, 0(t0)
    mret
    .size   riscv_machine_trap, . - riscv_machine_trap

    .bss
    .balign 8
    .globl  riscv_machine_words
riscv_machine_words:
    .space  2 * WORD_BYTES
