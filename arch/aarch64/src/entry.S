/* SPDX-License-Identifier: MIT */
/*
 * Exception vectors and context switch.
 *
 * Threads (and kernel_main) run at EL1t. For every exception the CPU switches
 * to SP_EL1. The entry code saves all registers into the context at
 * cpu_local()->context, calls C, and restores from the context that
 * cpu_local()->context then names. A thread with an overflowed stack can
 * therefore still be reported, and preemption only changes one pointer.
 */
#include "layout.h"

    // Save into cpu_local()->context; x0, x1 go through the (otherwise empty) exception stack.
    .macro save_context
    stp     x0, x1, [sp, #-16]!
    mrs     x0, tpidr_el1
    ldr     x0, [x0, #CPU_LOCAL_CONTEXT]
    stp     x2, x3, [x0, #16]
    stp     x4, x5, [x0, #32]
    stp     x6, x7, [x0, #48]
    stp     x8, x9, [x0, #64]
    stp     x10, x11, [x0, #80]
    stp     x12, x13, [x0, #96]
    stp     x14, x15, [x0, #112]
    stp     x16, x17, [x0, #128]
    stp     x18, x19, [x0, #144]
    stp     x20, x21, [x0, #160]
    stp     x22, x23, [x0, #176]
    stp     x24, x25, [x0, #192]
    stp     x26, x27, [x0, #208]
    stp     x28, x29, [x0, #224]
    mrs     x1, sp_el0
    stp     x30, x1, [x0, #240]
    ldp     x2, x3, [sp], #16
    stp     x2, x3, [x0]
    mrs     x2, elr_el1
    mrs     x3, spsr_el1
    stp     x2, x3, [x0, #CONTEXT_PC]
    .endm

    .section .vectors, "ax"
    .balign 2048
    .globl aarch64_vectors
aarch64_vectors:
    // Current EL with SP_EL0: threads and boot code.
    .balign 128
    b       thread_sync
    .balign 128
    b       thread_irq
    .balign 128
    b       thread_fiq
    .balign 128
    b       thread_serror
    // Current EL with SP_EL1: a fault inside a handler.
    .irp    vector, 0, 1, 2, 3          // synchronous, IRQ, FIQ, SError
    .balign 128
    msr     tpidr_el0, x0               // EL0 is not used, so its thread registers are scratch
    mov     x0, #\vector
    b       nested
    .endr
    // A lower EL, AArch64: no code runs at EL0. Where the kernel was entered at EL2, these are EL2's vectors
    // too, and a hypervisor call gets the answer that nobody is there.
    .balign 128
    mov     x0, #-1                     // NOT_SUPPORTED (SMC Calling Convention, 5.2)
    eret
    // Others cannot occur.
    .rept   7
    .balign 128
    b       .
    .endr
    .balign 128

thread_irq:
    save_context
    bl      aarch64_irq
    b       restore_current
thread_sync:
    save_context
    mov     x0, #0
    b       trapped
thread_fiq:
    save_context
    mov     x0, #2
    b       trapped
thread_serror:
    save_context
    mov     x0, #3
trapped:
    mov     x29, xzr
    bl      aarch64_trap
restore_current:
    mrs     x0, tpidr_el1
    ldr     x0, [x0, #CPU_LOCAL_CONTEXT]
restore_x0:                             // SPSel = 1, interrupts masked, x0 = context
    ldp     x1, x2, [x0, #CONTEXT_PC]
    msr     elr_el1, x1
    msr     spsr_el1, x2
    ldp     x30, x1, [x0, #240]
    msr     sp_el0, x1
    ldp     x2, x3, [x0, #16]
    ldp     x4, x5, [x0, #32]
    ldp     x6, x7, [x0, #48]
    ldp     x8, x9, [x0, #64]
    ldp     x10, x11, [x0, #80]
    ldp     x12, x13, [x0, #96]
    ldp     x14, x15, [x0, #112]
    ldp     x16, x17, [x0, #128]
    ldp     x18, x19, [x0, #144]
    ldp     x20, x21, [x0, #160]
    ldp     x22, x23, [x0, #176]
    ldp     x24, x25, [x0, #192]
    ldp     x26, x27, [x0, #208]
    ldp     x28, x29, [x0, #224]
    ldp     x0, x1, [x0]
    eret

    // Use a separate context and stack: the usual ones may have caused the fault.
nested:
    msr     tpidrro_el0, x0
    adrp    x0, aarch64_nested_context
    add     x0, x0, :lo12:aarch64_nested_context
    stp     x1, x2, [x0, #8]
    stp     x3, x4, [x0, #24]
    stp     x5, x6, [x0, #40]
    stp     x7, x8, [x0, #56]
    stp     x9, x10, [x0, #72]
    stp     x11, x12, [x0, #88]
    stp     x13, x14, [x0, #104]
    stp     x15, x16, [x0, #120]
    stp     x17, x18, [x0, #136]
    stp     x19, x20, [x0, #152]
    stp     x21, x22, [x0, #168]
    stp     x23, x24, [x0, #184]
    stp     x25, x26, [x0, #200]
    stp     x27, x28, [x0, #216]
    stp     x29, x30, [x0, #232]
    mov     x1, sp                      // the stack pointer of the failed handler
    str     x1, [x0, #CONTEXT_SP]
    mrs     x1, tpidr_el0
    str     x1, [x0]
    mrs     x1, elr_el1
    mrs     x2, spsr_el1
    stp     x1, x2, [x0, #CONTEXT_PC]
    adrp    x1, _emergency_stack_top
    add     x1, x1, :lo12:_emergency_stack_top
    mov     sp, x1
    mov     x29, xzr
    mrs     x1, tpidrro_el0
    bl      aarch64_nested_trap         // does not return
    b       arch_halt

    .text
    // void arch_context_switch(struct arch_context *save, struct arch_context *load)
    .globl arch_context_switch
    .type arch_context_switch, %function
arch_context_switch:
    stp     x19, x20, [x0, #152]
    stp     x21, x22, [x0, #168]
    stp     x23, x24, [x0, #184]
    stp     x25, x26, [x0, #200]
    stp     x27, x28, [x0, #216]
    str     x29, [x0, #232]
    mov     x2, sp
    stp     x30, x2, [x0, #240]
    mrs     x3, daif
    orr     x3, x3, #PSTATE_EL1T
    stp     x30, x3, [x0, #CONTEXT_PC]
    mrs     x4, tpidr_el1
    str     x1, [x4, #CPU_LOCAL_CONTEXT]
    mov     x0, x1
    msr     spsel, #1
    b       restore_x0
    .size arch_context_switch, . - arch_context_switch

    // bool arch_probe_read(uintptr_t address, uintptr_t *value)
    //
    // If the access faults, the trap handler continues at the end, with x0 = 0. A bus may report the error
    // late, as an SError: these are unmasked around the access, and dsb and isb wait for it (Arm ARM,
    // D1.3.3; a load also completes by the use of its value).
    .globl arch_probe_read, arch_probe_write, aarch64_probe_begin, aarch64_probe_end
    .type arch_probe_read, %function
    .type arch_probe_write, %function
arch_probe_read:
    mrs     x3, daif
    mov     x4, x1
aarch64_probe_begin:
    msr     daifclr, #4
    ldr     x2, [x0]
    dsb     sy
    isb
    str     x2, [x4]
    mov     x0, #1
    b       aarch64_probe_end
    // bool arch_probe_write(uintptr_t address, uintptr_t value)
arch_probe_write:
    mrs     x3, daif
    msr     daifclr, #4
    str     x1, [x0]
    dsb     sy
    isb
    mov     x0, #1
aarch64_probe_end:
    msr     daif, x3
    ret
