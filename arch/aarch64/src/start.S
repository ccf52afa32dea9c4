/* SPDX-License-Identifier: MIT */
/*
 * From reset to kernel_main(): park other cores, drop from EL2 to EL1, zero
 * BSS, set up stacks, vectors and per-CPU block, turn on MMU and caches.
 * Entered with MMU and caches off; x0 = device tree or 0 (an ELF gets 0).
 */
#include "layout.h"

    .section .entry, "ax"
    .globl _start
_start:
    mrs     x1, mpidr_el1
    and     x1, x1, #0xffffff           // Aff2..Aff0: only core 0 continues
    cbnz    x1, park
    mov     x19, x0

    mrs     x1, CurrentEL
    cmp     x1, #(2 << 2)
    b.ne    at_el1

    // At EL2: let EL1 run AArch64 and use the timers and the GIC's system registers.
    mov     x1, #(1 << 31)              // HCR_EL2.RW
    msr     hcr_el2, x1
    mov     x1, #3                      // CNTHCTL_EL2.EL1PCEN|EL1PCTEN
    msr     cnthctl_el2, x1
    msr     cntvoff_el2, xzr
    mov     x1, #0x33ff                 // CPTR_EL2: RES1 bits, trap nothing
    msr     cptr_el2, x1
    msr     hstr_el2, xzr
    mrs     x1, midr_el1
    msr     vpidr_el2, x1
    mrs     x1, mpidr_el1
    msr     vmpidr_el2, x1
    mrs     x1, id_aa64pfr0_el1
    ubfx    x1, x1, #24, #4             // ID_AA64PFR0_EL1.GIC
    cbz     x1, 1f
    mrs     x1, S3_4_C12_C9_5           // ICC_SRE_EL2
    mov     x2, #9                      // SRE | Enable
    orr     x1, x1, x2
    msr     S3_4_C12_C9_5, x1
    isb
1:  ldr     x1, =0x30d00800             // SCTLR_EL1: RES1 bits only, MMU and caches off
    msr     sctlr_el1, x1
    mov     x1, #(PSTATE_DAIF | PSTATE_EL1H)
    msr     spsr_el2, x1
    adr     x1, at_el1
    msr     elr_el2, x1
    eret

at_el1:
    msr     daifset, #15
    adrp    x1, aarch64_vectors
    add     x1, x1, :lo12:aarch64_vectors
    msr     vbar_el1, x1
    msr     cpacr_el1, xzr              // FP traps: the kernel uses none

    adrp    x1, _bss_start              // both ends are 16-byte aligned by the linker script
    add     x1, x1, :lo12:_bss_start
    adrp    x2, _bss_end
    add     x2, x2, :lo12:_bss_end
2:  cmp     x1, x2
    b.hs    3f
    stp     xzr, xzr, [x1], #16
    b       2b

3:  adrp    x1, aarch64_cpu
    add     x1, x1, :lo12:aarch64_cpu
    msr     tpidr_el1, x1
    adrp    x2, _irq_stack_top
    add     x2, x2, :lo12:_irq_stack_top
    msr     spsel, #1
    mov     sp, x2                      // exceptions: SP_EL1
    msr     spsel, #0
    adrp    x2, _boot_stack_top
    add     x2, x2, :lo12:_boot_stack_top
    mov     sp, x2                      // everything else: SP_EL0
    mov     x29, xzr                    // end of the frame chain
    mov     x30, xzr
    mov     x0, x19
    bl      aarch64_boot                // MMU and caches on; then the kernel
    bl      kernel_main
    b       park

    .globl arch_halt
arch_halt:
    msr     daifset, #15
park:
    wfe
    b       park
