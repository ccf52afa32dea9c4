/* SPDX-License-Identifier: MIT */
/*
 * uintptr_t registers_survive(uintptr_t rounds)
 *
 * Set every register except the stack pointer and tp to a different value, count
 * down `rounds` in a0 while interrupts and other threads run, and return the
 * number of registers that changed.
 */
#if __riscv_xlen == 64
#define LX ld
#define SX sd
#else
#define LX lw
#define SX sw
#endif
#define WORD        (__riscv_xlen / 8)
#define FRAME_BYTES 128

    // The upper half of a 64-bit register differs from the lower one.
    .macro  pattern register, number
#if __riscv_xlen == 64
    li      \register, 0x5a00a500000a0000 + \number * 0x0101010000010101
#else
    li      \register, 0x5a0a0000 + \number * 0x10101
#endif
    .endm

    // x5 is free from here on, x6 after it has been checked.
    .macro  check register, number
    pattern x5, \number
    xor     x5, x5, \register
    snez    x5, x5
    add     a0, a0, x5
    .endm

    .text
    .globl  registers_survive
    .type   registers_survive, @function
registers_survive:
    addi    sp, sp, -FRAME_BYTES
    .irp    n, 18,19,20,21,22,23,24,25,26,27
    SX      x\n, (WORD * (\n - 18))(sp)
    .endr
    SX      x1, (WORD * 10)(sp)
    SX      x3, (WORD * 11)(sp)
    SX      x8, (WORD * 12)(sp)
    SX      x9, (WORD * 13)(sp)
    .irp    n, 1,3,5,6,7,8,9,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    pattern x\n, \n
    .endr
1:  addi    a0, a0, -1
    bnez    a0, 1b
    SX      x5, (WORD * 14)(sp)
    .irp    n, 1,3,6,7,8,9,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    check   x\n, \n
    .endr
    LX      x6, (WORD * 14)(sp)
    check   x6, 5
    .irp    n, 18,19,20,21,22,23,24,25,26,27
    LX      x\n, (WORD * (\n - 18))(sp)
    .endr
    LX      x1, (WORD * 10)(sp)
    LX      x3, (WORD * 11)(sp)
    LX      x8, (WORD * 12)(sp)
    LX      x9, (WORD * 13)(sp)
    addi    sp, sp, FRAME_BYTES
    ret
    .size   registers_survive, . - registers_survive
