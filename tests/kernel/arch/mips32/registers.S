/* SPDX-License-Identifier: MIT */
/*
 * uintptr_t registers_survive(uintptr_t rounds)
 *
 * Set every register except the stack pointer and k0, k1 to a different value,
 * HI and LO to those of $2 and $3, count down `rounds` in $4 while interrupts
 * and other threads run, and return the number of registers that changed.
 */
#define FRAME_BYTES 56

    .set    noreorder
    .set    noat

    .macro pattern register, number
    lui     \register, 0xa500 + \number
    ori     \register, \register, \number * 0x0101
    .endm

    // $1 is free from here on.
    .macro check register, number
    pattern $1, \number
    xor     $1, $1, \register
    sltu    $1, $0, $1
    addu    $4, $4, $1
    .endm

    .text
    .globl  registers_survive
    .type   registers_survive, @function
    .ent    registers_survive
registers_survive:
    addiu   $29, $29, -FRAME_BYTES
    .irp    n, 16, 17, 18, 19, 20, 21, 22, 23
    sw      $\n, 4 * (\n - 16)($29)
    .endr
    sw      $28, 32($29)
    sw      $30, 36($29)
    sw      $31, 40($29)
    .irp    n, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 28, 30, 31
    pattern $\n, \n
    .endr
    mthi    $2
    mtlo    $3
1:  bnez    $4, 1b
    addiu   $4, $4, -1
    move    $4, $0
    sw      $1, 44($29)
    .irp    n, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 28, 30, 31
    check   $\n, \n
    .endr
    mfhi    $2
    mflo    $3
    check   $2, 2
    check   $3, 3
    lw      $2, 44($29)
    nop
    check   $2, 1
    .irp    n, 16, 17, 18, 19, 20, 21, 22, 23
    lw      $\n, 4 * (\n - 16)($29)
    .endr
    lw      $28, 32($29)
    lw      $30, 36($29)
    lw      $31, 40($29)
    move    $2, $4
    jr      $31
    addiu   $29, $29, FRAME_BYTES
    .end    registers_survive
    .size   registers_survive, . - registers_survive
