/* SPDX-License-Identifier: MIT */
/*
 * From the boot loader to kernel_main(): CP0 in a known state, an empty TLB,
 * BSS, the boot stack. The kernel runs in kseg0, which needs no translation;
 * its cacheability is left as the loader set it.
 */
#include "layout.h"

#define CP0_INDEX $0
#define CP0_ENTRYLO0 $2
#define CP0_ENTRYLO1 $3
#define CP0_PAGEMASK $5
#define CP0_WIRED $6
#define CP0_ENTRYHI $10
#define CP0_STATUS $12
#define CP0_CAUSE $13

    .set    noreorder
    .section .entry, "ax"
    .globl  _start
    .type   _start, @function
    .ent    _start
_start:
    mtc0    $0, CP0_STATUS              // kernel mode, interrupts masked, vectors in RAM (BEV = 0)
    mtc0    $0, CP0_CAUSE
    mtc0    $0, CP0_WIRED
    mtc0    $0, CP0_PAGEMASK            // 4 KiB
    mtc0    $0, CP0_ENTRYLO0
    mtc0    $0, CP0_ENTRYLO1

    // Entries that match no address: kseg0 addresses, all different, which the TLB never looks up.
    lui     $8, 0x8000
    addiu   $9, $0, MIPS32_TLB_ENTRIES - 1
1:  mtc0    $9, CP0_INDEX
    mtc0    $8, CP0_ENTRYHI
    sll     $0, $0, 3                   // ehb
    tlbwi
    addiu   $8, $8, 1 << PAIR_SHIFT
    bgtz    $9, 1b
    addiu   $9, $9, -1
    mtc0    $0, CP0_ENTRYHI             // address space 0 from now on

    lui     $8, %hi(_bss_start)         // both ends are 8-byte aligned by the linker script
    addiu   $8, $8, %lo(_bss_start)
    lui     $9, %hi(_bss_end)
    addiu   $9, $9, %lo(_bss_end)
2:  beq     $8, $9, 3f
    nop
    sw      $0, 0($8)
    b       2b
    addiu   $8, $8, 4

3:  lui     $8, %hi(mips32_boot_registers)
    addiu   $8, $8, %lo(mips32_boot_registers)
    sw      $4, 0($8)
    sw      $5, 4($8)
    sw      $6, 8($8)
    sw      $7, 12($8)
    lui     $29, %hi(_boot_stack_top - ARGUMENT_AREA_BYTES)
    addiu   $29, $29, %lo(_boot_stack_top - ARGUMENT_AREA_BYTES)
    jal     mips32_boot
    addu    $30, $0, $0
    jal     kernel_main
    addiu   $29, $2, -ARGUMENT_AREA_BYTES
4:  b       4b
    nop
    .end    _start
