/* SPDX-License-Identifier: MIT */
/*
 * uintptr_t registers_survive(uintptr_t rounds)
 *
 * Set every register except the stack pointer to a different value, count down
 * `rounds` while interrupts and other threads run, and return the number of
 * registers that changed (flags count as one). x0 is the counter.
 */
    .macro pattern register, number
    movz    \register, #(\number * 0x0101)
    movk    \register, #(0xa500 + \number), lsl #16
    movk    \register, #(0x5a00 + \number), lsl #48
    .endm

    // x29 and x30 are checked last, against values built in x1 and x2.
    .macro check register, number
    pattern x1, \number
    cmp     \register, x1
    cinc    x0, x0, ne
    .endm

    .text
    .globl registers_survive
    .type registers_survive, %function
registers_survive:
    stp     x29, x30, [sp, #-112]!
    stp     x19, x20, [sp, #16]
    stp     x21, x22, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x25, x26, [sp, #64]
    stp     x27, x28, [sp, #80]
    .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
    pattern x\n, \n
    .endr
    cmp     xzr, xzr                    // Z and C set, N and V clear
1:  sub     x0, x0, #1                  // does not change the flags
    cbnz    x0, 1b
    cset    x0, ne                      // the flags first: what follows changes them
    cinc    x0, x0, cc
    str     x2, [sp, #96]
    mov     x2, x1
    check   x2, 1
    ldr     x2, [sp, #96]
    .irp    n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
    check   x\n, \n
    .endr
    ldp     x27, x28, [sp, #80]
    ldp     x25, x26, [sp, #64]
    ldp     x23, x24, [sp, #48]
    ldp     x21, x22, [sp, #32]
    ldp     x19, x20, [sp, #16]
    ldp     x29, x30, [sp], #112
    ret
    .size registers_survive, . - registers_survive
