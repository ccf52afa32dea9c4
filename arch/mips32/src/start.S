/* SPDX-License-Identifier: MIT */
/*
 * From the boot loader to kernel_main(): CP0 in a known state, an empty TLB,
 * BSS, the boot stack. The kernel runs in kseg0, which needs no translation;
 * its cacheability is left as the loader set it.
 *
 * A board with an older CPU than MIPS32 states the size of its TLB
 * (MIPS32_TLB_ENTRIES). Others have registers that tell (MIPS32 PRA III, 9.30 to 9.33).
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
#define CP0_CONFIG $16
#define CP0_WATCHLO $18

    .set    noreorder
    .section .entry, "ax"
    .globl  _start
    .type   _start, @function
    .ent    _start
_start:
#ifndef MIPS32_TLB_ENTRIES
    lui     $8, STATUS_BEV >> 16
    mtc0    $8, CP0_STATUS              // EBase may be written only while BEV = 1 (PRA III, 9.39)
    MIPS32_HAZARD_BARRIER
    mfc0    $10, CP0_CONFIG
    srl     $8, $10, 10
    andi    $8, $8, 7                   // Config.AR: 0 Release 1, 1 Release 2 to 5, 2 Release 6
    sltiu   $9, $8, 2
    lui     $12, %hi(release6_text)
    beqz    $9, refuse
    addiu   $12, $12, %lo(release6_text)
    lui     $9, %hi(mips32_vectors)
    addiu   $9, $9, %lo(mips32_vectors)
    bnez    $8, 0f
    lui     $11, 0x8000
    beq     $9, $11, 1f                 // Release 1 has no EBase: its vectors are at the start of kseg0
    lui     $12, %hi(release1_text)
    b       refuse
    addiu   $12, $12, %lo(release1_text)
0:
    .word   0x40897801                  // mtc0 $9, EBase: a monitor may have moved it
1:
#endif
    mtc0    $0, CP0_STATUS              // kernel mode, interrupts masked, BEV = 0
    mtc0    $0, CP0_CAUSE
    mtc0    $0, CP0_WATCHLO             // a monitor's watchpoint would be an exception here
    mtc0    $0, CP0_WIRED
    mtc0    $0, CP0_PAGEMASK            // 4 KiB
    mtc0    $0, CP0_ENTRYLO0
    mtc0    $0, CP0_ENTRYLO1

#ifdef MIPS32_TLB_ENTRIES
    addiu   $9, $0, MIPS32_TLB_ENTRIES - 1
#else
    // More pairs of Watch registers, as long as WatchHi.M tells of another one (PRA III, 9.44).
    .irp    n, 1, 2, 3, 4, 5, 6, 7
    .word   0x40089800 | (\n - 1)       // mfc0 $8, WatchHi, n - 1
    bgez    $8, 2f
    nop
    .word   0x40809000 | \n             // mtc0 $0, WatchLo, n
    .endr
2:  srl     $8, $10, 7
    andi    $8, $8, 7                   // Config.MT: 1 is a TLB
    addiu   $8, $8, -1
    bnez    $8, 4f
    addu    $11, $0, $0                 // no entries
    .word   0x40098001                  // mfc0 $9, Config1
    srl     $9, $9, 25
    andi    $9, $9, 63                  // MMUSize: the last entry
    addiu   $11, $9, 1
#endif
    // Entries that match no address: kseg0 addresses, all different, which the TLB never looks up.
    lui     $8, 0x8000
3:  mtc0    $9, CP0_INDEX
    mtc0    $8, CP0_ENTRYHI
    MIPS32_HAZARD_BARRIER
    tlbwi
    addiu   $8, $8, 1 << PAIR_SHIFT
    bgtz    $9, 3b
    addiu   $9, $9, -1
    mtc0    $0, CP0_ENTRYHI             // address space 0 from now on
4:
    lui     $8, %hi(_bss_start)         // both ends are 8-byte aligned by the linker script
    addiu   $8, $8, %lo(_bss_start)
    lui     $9, %hi(_bss_end)
    addiu   $9, $9, %lo(_bss_end)
5:  beq     $8, $9, 6f
    nop
    sw      $0, 0($8)
    b       5b
    addiu   $8, $8, 4

6:  lui     $8, %hi(mips32_boot_registers)
    addiu   $8, $8, %lo(mips32_boot_registers)
    sw      $4, 0($8)
    sw      $5, 4($8)
    sw      $6, 8($8)
    sw      $7, 12($8)
#ifndef MIPS32_TLB_ENTRIES
    lui     $8, %hi(mips32_tlb_entries)
    sw      $11, %lo(mips32_tlb_entries)($8)
#endif
    lui     $29, %hi(_boot_stack_top - ARGUMENT_AREA_BYTES)
    addiu   $29, $29, %lo(_boot_stack_top - ARGUMENT_AREA_BYTES)
    jal     mips32_boot
    addu    $30, $0, $0
    jal     kernel_main
    addiu   $29, $2, -ARGUMENT_AREA_BYTES
7:  b       7b
    nop

#ifndef MIPS32_TLB_ENTRIES
    // Release 6 has no jr, mult and others that compilers use for mips2: nothing but this can run. The
    // sentence ($12) goes to the board's 16550; semihosting, if the loader offers it, ends the machine.
refuse:
#ifdef MIPS32_EARLY_UART
    lui     $9, MIPS32_EARLY_UART >> 16
    ori     $9, $9, MIPS32_EARLY_UART & 0xffff
8:  lbu     $10, 0($12)
    beq     $10, $0, 10f
    addiu   $12, $12, 1
9:  lbu     $11, 5($9)                  // LSR: the transmitter is empty
    andi    $11, $11, 0x20
    beq     $11, $0, 9b
    nop
    sb      $10, 0($9)
    b       8b
    nop
10:
#endif
    addiu   $8, $0, -1
    bne     $4, $8, 7b
    nop
    addiu   $25, $0, 1                  // UHI exit, with EXIT_MACHINE
    addiu   $4, $0, 7
    .word   0x0000004e                  // sdbbp 1, as Release 6 encodes it: others raise an exception
    b       7b
    nop
#endif
    .end    _start

#ifndef MIPS32_TLB_ENTRIES
    .section .rodata.refusals, "a"
release6_text:
    .asciz  "[board] this machine is not supported: a CPU of Release 6, which lacks instructions that the kernel uses\r\n"
release1_text:
    .asciz  "[board] this machine is not supported: a CPU of Release 1 has no EBase, which LOW_KB needs\r\n"
#endif
