/* SPDX-License-Identifier: MIT */
/*
 * Exception vectors and context switch, at fixed addresses from the start of
 * RAM (Status.BEV = 0).
 *
 * An exception saves all registers into the context at cpu_local()->context,
 * switches to the exception stack, clears EXL so that the handler may access
 * mapped stacks, calls C, and resumes the context that cpu_local()->context
 * then names. cpu_local()->irq_depth is not 0 from the first instructions up to
 * the eret. An exception that finds it so is nested, whatever EXL says, and
 * uses a separate context and stack.
 *
 * The contexts must be in kseg0: they are stored and loaded with EXL set, when
 * no TLB refill is possible. A context that gave up the CPU by a call has
 * status 0 and is resumed by a return: 29 instructions from
 * arch_context_switch() to that return.
 */
#include "layout.h"

#define zero $0
#define at $1
#define v0 $2
#define a0 $4
#define a1 $5
#define t0 $8
#define t1 $9
#define k0 $26
#define k1 $27
#define sp $29
#define ra $31

#define CP0_ENTRYLO0 $2
#define CP0_ENTRYLO1 $3
#define CP0_BADVADDR $8
#define CP0_STATUS $12
#define CP0_CAUSE $13
#define CP0_EPC $14

#define HAZARD MIPS32_HAZARD_BARRIER


    .set    noreorder
    .set    noat
    .section .vectors, "ax"

    // TLB refill, only with EXL = 0: one access to a linear table. k0 and k1 are free.
    .globl  mips32_vectors
mips32_vectors:
#if STACK_WINDOW_BYTES > 0
    mfc0    k0, CP0_BADVADDR            // not Context: MSIM's PTEBase is wrong for kernel addresses
    lui     k1, STACK_WINDOW_BASE >> 16
    subu    k0, k0, k1
    lui     k1, STACK_WINDOW_BYTES >> 16
    sltu    k1, k0, k1
    beqz    k1, general                 // outside the window: report it
    srl     k0, k0, PAIR_SHIFT
    sll     k0, k0, PAIR_ENTRY_SHIFT
    lui     k1, %hi(mips32_page_table)
    addu    k1, k1, k0
    lw      k0, %lo(mips32_page_table)(k1)
    lw      k1, %lo(mips32_page_table + 4)(k1)
    mtc0    k0, CP0_ENTRYLO0
    mtc0    k1, CP0_ENTRYLO1
    HAZARD
    tlbwr                               // an unmapped page becomes an invalid entry: the access traps again
    .set    push
    .set    mips3
    eret
    .set    pop
#else
    b       general
    nop
#endif

    .org    BOOT_ARGS_OFFSET
    .globl  mips32_boot_args
mips32_boot_args:
    .space  BOOT_ARGS_BYTES

    .org    0x180
general:
    lui     k0, %hi(mips32_cpu)
    lw      k1, %lo(mips32_cpu + CPU_LOCAL_IRQ_DEPTH)(k0)
    bnez    k1, 1f
    addiu   k1, k1, 1
    sw      k1, %lo(mips32_cpu + CPU_LOCAL_IRQ_DEPTH)(k0)
    b       2f
    lw      k1, %lo(mips32_cpu + CPU_LOCAL_CONTEXT)(k0)
1:  sw      k1, %lo(mips32_cpu + CPU_LOCAL_IRQ_DEPTH)(k0)
    lui     k1, %hi(mips32_nested_context)
    addiu   k1, k1, %lo(mips32_nested_context)
2:
    .irp    n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,28,29,30,31
    sw      $\n, CONTEXT_REG(\n)(k1)
    .endr
    mfhi    t0
    mflo    t1
    sw      t0, CONTEXT_HI(k1)
    sw      t1, CONTEXT_LO(k1)
    mfc0    t0, CP0_EPC
    mfc0    t1, CP0_STATUS
    sw      t0, CONTEXT_PC(k1)
    sw      t1, CONTEXT_STATUS(k1)
    mfc0    a0, CP0_CAUSE
    mfc0    a1, CP0_BADVADDR
    ori     t1, t1, STATUS_EXL | STATUS_IE
    xori    t1, t1, STATUS_EXL | STATUS_IE
    lw      t0, %lo(mips32_cpu + CPU_LOCAL_IRQ_DEPTH)(k0)
    addiu   t0, t0, -1
    bnez    t0, nested
    lw      sp, %lo(mips32_cpu + CPU_LOCAL_IRQ_STACK_TOP)(k0)
    mtc0    t1, CP0_STATUS
    HAZARD
    jal     mips32_exception
    addiu   sp, sp, -ARGUMENT_AREA_BYTES

    lui     k0, %hi(mips32_cpu)         // kseg0 only from here to EXL = 1: k0 and k1 survive
    lw      k1, %lo(mips32_cpu + CPU_LOCAL_CONTEXT)(k0)
    lw      t0, CONTEXT_STATUS(k1)
    bnez    t0, resume_interrupted
    move    a1, k1
    b       resume_called
    sw      zero, %lo(mips32_cpu + CPU_LOCAL_IRQ_DEPTH)(k0)

    // Use a separate context and stack: the usual ones may have caused the fault.
nested:
    lui     sp, %hi(_boot_stack_top - ARGUMENT_AREA_BYTES)
    addiu   sp, sp, %lo(_boot_stack_top - ARGUMENT_AREA_BYTES)
    mtc0    t1, CP0_STATUS
    HAZARD
    jal     mips32_nested_exception     // does not return
    nop

    // k1 = a context with all registers; interrupts masked.
resume_interrupted:
    lui     k0, %hi(mips32_cpu)
    addiu   t0, zero, 1
    sw      t0, %lo(mips32_cpu + CPU_LOCAL_IRQ_DEPTH)(k0)
    lw      t0, CONTEXT_STATUS(k1)      // EXL is set in it
    lui     t1, %hi(mips32_irq_lines)   // lines may have been enabled or masked since
    lw      t1, %lo(mips32_irq_lines)(t1)
    xor     t1, t0, t1
    andi    t1, t1, STATUS_IM
    xor     t0, t0, t1
    mtc0    t0, CP0_STATUS
    HAZARD
    lw      t0, CONTEXT_PC(k1)
    lw      t1, CONTEXT_HI(k1)
    mtc0    t0, CP0_EPC
    lw      t0, CONTEXT_LO(k1)
    mthi    t1
    mtlo    t0
    .irp    n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,28,29,30,31
    lw      $\n, CONTEXT_REG(\n)(k1)
    .endr
    sw      zero, %lo(mips32_cpu + CPU_LOCAL_IRQ_DEPTH)(k0)
    .set    push
    .set    mips3
    eret
    .set    pop

    // The entry point must be at 0x400.
    .org    0x400

    .text
    // void arch_context_switch(struct arch_context *save, struct arch_context *load)
    .globl  arch_context_switch
    .type   arch_context_switch, @function
    .ent    arch_context_switch
arch_context_switch:
    .irp    n, 16,17,18,19,20,21,22,23,29,30
    sw      $\n, CONTEXT_REG(\n)(a0)
    .endr
    sw      ra, CONTEXT_PC(a0)
    sw      zero, CONTEXT_STATUS(a0)
    lui     t0, %hi(mips32_cpu)
    lw      t1, CONTEXT_STATUS(a1)
    sw      a1, %lo(mips32_cpu + CPU_LOCAL_CONTEXT)(t0)
    bnez    t1, resume_interrupted
    move    k1, a1                      // no refill between here and EXL = 1: that context is in kseg0
    // a1 = a context with the registers that a call preserves; interrupts masked.
resume_called:
    .irp    n, 16,17,18,19,20,21,22,23,30
    lw      $\n, CONTEXT_REG(\n)(a1)
    .endr
    lw      ra, CONTEXT_PC(a1)
    jr      ra
    lw      sp, CONTEXT_REG(29)(a1)
    .end    arch_context_switch
    .size   arch_context_switch, . - arch_context_switch

    // bool arch_probe_read(uintptr_t address, uintptr_t *value)
    //
    // The direct address is accessed through kseg1, because a write-back cache would keep what absent
    // memory cannot. If an access in these functions faults, mips32_exception() makes the function return
    // false. A bus error may be imprecise: sync waits for it, so that it arrives inside.
    .globl  arch_probe_read, arch_probe_write, arch_probe_test, mips32_probe_begin, mips32_probe_end
    .type   arch_probe_read, @function
    .ent    arch_probe_read
mips32_probe_begin:
arch_probe_read:
    lui     t1, KSEG1_OFFSET >> 16
    addu    t1, a0, t1
    lw      t0, 0(t1)
    sync
    sw      t0, 0(a1)
    jr      ra
    addiu   v0, zero, 1
    .end    arch_probe_read

    // bool arch_probe_write(uintptr_t address, uintptr_t value)
    .type   arch_probe_write, @function
    .ent    arch_probe_write
arch_probe_write:
    lui     t1, KSEG1_OFFSET >> 16
    addu    t1, a0, t1
    sw      a1, 0(t1)
    sync
    jr      ra
    addiu   v0, zero, 1
    .end    arch_probe_write

    // bool arch_probe_test(uintptr_t address)
    //
    // What the bus keeps of the second store cannot pass for the first word, which is loaded next.
    .type   arch_probe_test, @function
    .ent    arch_probe_test
arch_probe_test:
    lui     t0, KSEG1_OFFSET >> 16
    addu    a0, a0, t0
    lw      t0, 0(a0)
    lw      t1, -4(a0)
    lui     $10, 0x5555
    ori     $10, $10, 0x5555
    xor     $10, $10, a0                  // different at each address
    nor     $11, $10, zero
    addu    v0, zero, zero
    sw      $10, 0(a0)
    sw      $11, -4(a0)
    lw      $12, 0(a0)
    lw      $13, -4(a0)
    bne     $12, $10, 1f
    nop
    bne     $13, $11, 1f
    nop
    sw      $11, 0(a0)
    sw      $10, -4(a0)
    lw      $12, 0(a0)
    lw      $13, -4(a0)
    xor     $12, $12, $11
    xor     $13, $13, $10
    or      $12, $12, $13
    sltiu   v0, $12, 1
1:  sw      t1, -4(a0)
    jr      ra
    sw      t0, 0(a0)
    .end    arch_probe_test
mips32_probe_end:

    // void mips32_wait(void): see arch_wait_for_interrupt()
    //
    // A CPU before Release 6 need not wake for a masked interrupt, so interrupts are enabled here.
    // If one arrives before the wait instruction, its handler moves the thread on to
    // mips32_wait_end.
    .globl  mips32_wait, mips32_wait_begin, mips32_wait_end
    .type   mips32_wait, @function
    .ent    mips32_wait
mips32_wait:
mips32_wait_begin:
#if MIPS32_HAS_WAIT
    mfc0    t0, CP0_STATUS
    ori     t1, t0, STATUS_IE
    mtc0    t1, CP0_STATUS
    HAZARD
    .word   0x42000020                  // wait: not an instruction of mips2
mips32_wait_end:
    mtc0    t0, CP0_STATUS
    HAZARD
#else
mips32_wait_end:
#endif
    jr      ra
    nop
    .end    mips32_wait
