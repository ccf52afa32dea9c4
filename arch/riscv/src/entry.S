/* SPDX-License-Identifier: MIT */
/*
 * Exception vector and context switch.
 *
 * sscratch holds the address of the per-CPU block, also while tp, which should
 * be the same, has been damaged. An exception saves all registers into the
 * context at cpu_local()->context, switches to the exception stack, calls C, and
 * resumes the context that cpu_local()->context then names.
 * cpu_local()->irq_depth is not 0 from the first instructions up to the resume.
 * An exception that finds it so is nested, and uses a separate context and
 * stack. A context that gave up the CPU by a call has status 0 and is resumed by
 * a return.
 */
#include "layout.h"

    // tp = the per-CPU block; t0 = a context, its old value in CPU_SCRATCH; sscratch = the old tp.
    .macro save_context
    .irp    n, 1,2,3,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    SX      x\n, CONTEXT_REG(\n)(t0)
    .endr
    LX      t1, CPU_SCRATCH(tp)
    csrrw   t2, sscratch, tp
    csrr    t3, sepc
    csrr    t4, sstatus
    SX      t1, CONTEXT_REG(5)(t0)
    SX      t2, CONTEXT_REG(4)(t0)
    SX      t3, CONTEXT_PC(t0)
    SX      t4, CONTEXT_STATUS(t0)
    .endm

    .section .vectors, "ax"
    .balign 4
    .globl  riscv_vector
    .type   riscv_vector, @function
riscv_vector:
    csrrw   tp, sscratch, tp
    SX      t0, CPU_SCRATCH(tp)
    lw      t0, CPU_LOCAL_IRQ_DEPTH(tp)
    addi    t0, t0, 1
    sw      t0, CPU_LOCAL_IRQ_DEPTH(tp)
    addi    t0, t0, -1
    bnez    t0, nested
    LX      t0, CPU_LOCAL_CONTEXT(tp)
    save_context
    LX      sp, CPU_LOCAL_IRQ_STACK_TOP(tp)
    mv      s0, zero                    // end of the frame chain
    call    riscv_trap
    LX      t0, CPU_LOCAL_CONTEXT(tp)
    LX      t1, CONTEXT_STATUS(t0)
    beqz    t1, resume_called

    // t0 = a context with all registers, t1 = its status; interrupts masked.
resume_interrupted:
    LX      t2, CONTEXT_PC(t0)
    csrw    sstatus, t1
    csrw    sepc, t2
    sw      zero, CPU_LOCAL_IRQ_DEPTH(tp)
    .irp    n, 1,2,3,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    LX      x\n, CONTEXT_REG(\n)(t0)
    .endr
    LX      t0, CONTEXT_REG(5)(t0)
    sret

    // Use a separate context and stack: the usual ones may have caused the fault.
nested:
    la      t0, riscv_nested_context
    save_context
    la      sp, _emergency_stack_top
    mv      s0, zero
    call    riscv_nested_trap           // does not return
    j       arch_halt
    .size   riscv_vector, . - riscv_vector

    .text
    // void arch_context_switch(struct arch_context *save, struct arch_context *load)
    .globl  arch_context_switch
    .type   arch_context_switch, @function
arch_context_switch:
    .irp    n, 2,8,9,18,19,20,21,22,23,24,25,26,27
    SX      x\n, CONTEXT_REG(\n)(a0)
    .endr
    SX      ra, CONTEXT_PC(a0)
    SX      zero, CONTEXT_STATUS(a0)
    LX      t1, CONTEXT_STATUS(a1)
    SX      a1, CPU_LOCAL_CONTEXT(tp)
    mv      t0, a1
    bnez    t1, resume_interrupted
    // t0 = a context with the registers that a call preserves; interrupts masked.
resume_called:
    sw      zero, CPU_LOCAL_IRQ_DEPTH(tp)
    LX      ra, CONTEXT_PC(t0)
    .irp    n, 2,8,9,18,19,20,21,22,23,24,25,26,27
    LX      x\n, CONTEXT_REG(\n)(t0)
    .endr
    ret
    .size   arch_context_switch, . - arch_context_switch

    // bool arch_probe_read(uintptr_t address, uintptr_t *value)
    //
    // If an access in these functions faults, riscv_trap() makes the function return false.
    .globl  arch_probe_read, arch_probe_write, arch_probe_test, riscv_probe_begin, riscv_probe_end
    .type   arch_probe_read, @function
riscv_probe_begin:
arch_probe_read:
    LX      t0, 0(a0)
    fence                               // a bus error must be raised here, not later
    SX      t0, 0(a1)
    li      a0, 1
    ret
    .size   arch_probe_read, . - arch_probe_read

    // bool arch_probe_write(uintptr_t address, uintptr_t value)
    .type   arch_probe_write, @function
arch_probe_write:
    SX      a1, 0(a0)
    fence
    li      a0, 1
    ret
    .size   arch_probe_write, . - arch_probe_write

    // bool arch_probe_test(uintptr_t address)
    //
    // What the bus keeps of the second store cannot pass for the first word, which is loaded next.
    .type   arch_probe_test, @function
arch_probe_test:
    mv      t0, a0
    LX      t1, 0(t0)
    LX      t2, -WORD_BYTES(t0)
    li      a1, 0x55555555
    xor     a1, a1, t0                  // different at each address
    not     a2, a1
    SX      a1, 0(t0)
    SX      a2, -WORD_BYTES(t0)
    fence
    LX      a3, 0(t0)
    LX      a4, -WORD_BYTES(t0)
    xor     a3, a3, a1
    xor     a4, a4, a2
    SX      a2, 0(t0)
    SX      a1, -WORD_BYTES(t0)
    fence
    LX      a5, 0(t0)
    LX      a6, -WORD_BYTES(t0)
    xor     a5, a5, a2
    xor     a6, a6, a1
    or      a3, a3, a4
    or      a5, a5, a6
    or      a3, a3, a5
    SX      t2, -WORD_BYTES(t0)
    SX      t1, 0(t0)
    seqz    a0, a3
    ret
    .size   arch_probe_test, . - arch_probe_test
riscv_probe_end:
