/* SPDX-License-Identifier: MIT */
/*
 * From reset to kernel_main(). Entered in M-mode without firmware, or in S-mode
 * by firmware that implements the SBI (OpenSBI); both with a0 = hart and a1 =
 * device tree, or 0. M-mode: park other harts, open memory to S-mode, delegate
 * everything, drop to S-mode. S-mode: zero BSS, set up stacks, vector and per-CPU
 * block, turn translation on.
 */
#include "layout.h"

#define MEDELEG     0xb1ff              /* all but calls from S-mode and M-mode */
#define MIDELEG     0x222               /* the supervisor's software, timer and external interrupt */
#define MCOUNTEREN  7                   /* cycle, time, instret */
#define PMP_ALL     0x1f                /* NAPOT, executable, writable, readable */
#define MENVCFG     0x30a
#define MENVCFGH    0x31a
#define MSTATUS_MPP 0x1800
#define MPP_S       0x0800

    // An instruction that this CPU need not know: an exception continues behind it.
    .macro  attempt instruction:vararg
    la      t1, 9f
    csrw    mtvec, t1
    \instruction
9:
    .endm

    .section .entry, "ax"
    .globl  _start
    .type   _start, @function
_start:
    mv      s1, a1
    mv      s2, a0
    la      t0, at_s_mode
    csrw    stvec, t0
    csrr    t0, mhartid                 // in S-mode an illegal instruction: continues at at_s_mode
    bnez    t0, park

    csrw    satp, zero
    csrw    mie, zero
    li      t0, -1
    attempt csrw pmpaddr0, t0
    li      t0, PMP_ALL
    attempt csrw pmpcfg0, t0
    li      t0, 1
    slli    t0, t0, 31
#if __riscv_xlen == 64
    slli    t0, t0, 32
    attempt csrs MENVCFG, t0            // STCE: S-mode has stimecmp (Sstc)
#else
    attempt csrs MENVCFGH, t0
#endif
    la      t0, riscv_machine_trap
    csrw    mtvec, t0
    la      t0, riscv_machine_words
    csrw    mscratch, t0
    li      t0, MEDELEG
    csrw    medeleg, t0
    li      t0, MIDELEG
    csrw    mideleg, t0
    li      t0, MCOUNTEREN
    csrw    mcounteren, t0
    li      t0, MSTATUS_MPP
    csrc    mstatus, t0
    li      t0, MPP_S
    csrs    mstatus, t0
    la      t0, at_s_mode
    csrw    mepc, t0
    mret

    .balign 4
at_s_mode:
    csrci   sstatus, SSTATUS_SIE
    li      t0, SSTATUS_FS
    csrc    sstatus, t0                 // FP traps: the kernel uses none
    csrw    sie, zero
    csrw    satp, zero
    la      t0, riscv_vector
    csrw    stvec, t0
    la      t0, _bss_start              // both ends are 16-byte aligned by the linker script
    la      t1, _bss_end
1:  bgeu    t0, t1, 2f
    SX      zero, 0(t0)
    addi    t0, t0, WORD_BYTES
    j       1b
2:  la      tp, riscv_cpu
    csrw    sscratch, tp
    la      sp, _boot_stack_top
    mv      s0, zero                    // end of the frame chain
    mv      a0, s2
    mv      a1, s1
    call    riscv_boot                  // translation on; then the kernel
    call    kernel_main

    .globl  arch_halt
    .type   arch_halt, @function
arch_halt:
    csrci   sstatus, SSTATUS_SIE
park:
    wfi
    j       park
    .size   _start, . - _start
