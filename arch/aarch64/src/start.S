/* SPDX-License-Identifier: MIT */
/*
 * From reset to kernel_main(): park other cores, drop from EL3 or EL2 to EL1, zero
 * BSS, set up stacks, vectors and per-CPU block, turn on MMU and caches.
 *
 * Entered with MMU and caches off and the image clean to memory, as Linux' boot
 * protocol demands of a loader; x0 = device tree or 0 (an ELF gets 0). The image
 * starts with the header of that protocol, so `objcopy -O binary` makes an Image.
 */
#include "layout.h"

#define SCTLR_RES1 0x30d00800           // MMU, caches and all checks off

    .section .entry, "ax"
    .globl _start
_start:
    b       entry
    nop
    .quad   _image_offset               // from a multiple of 2 MiB
    .quad   _image_bytes
    .quad   2                           // little endian, 4 KiB pages, near the start of RAM
    .quad   0, 0, 0
    .ascii  "ARM\x64"
    .long   0

entry:
    mov     x19, x0
    adr     x1, _start
    ldr     x2, =_start
    cmp     x1, x2
    b.ne    misplaced
    mrs     x20, CurrentEL
    lsr     x20, x20, #2

    // One core boots. At EL3 there is no firmware, and reset starts all cores: the one with affinity 0
    // boots. Below EL3 firmware or a hypervisor passes on one core, with any affinity (PSCI, spin
    // tables). A core that is started here later parks.
    cmp     x20, #3
    b.ne    1f
    mrs     x1, mpidr_el1
    ldr     x2, =0xff00ffffff           // Aff3, Aff2 to Aff0
    tst     x1, x2
    b.ne    park
1:  adrp    x1, boot_core_came
    add     x1, x1, :lo12:boot_core_came
    ldr     w2, [x1]
    cbnz    w2, park
    mov     w2, #1
    str     w2, [x1]
    dsb     sy

    ldr     x1, =SCTLR_RES1
    msr     sctlr_el1, x1
    cmp     x20, #2
    b.eq    at_el2
    b.lo    at_el1

    // At EL3: to EL1 in secure state, where the GIC and its interrupts need no firmware. No traps.
    mov     x1, #(1 << 10 | 1 << 7 | 3 << 4) // SCR_EL3.RW|SMD, RES1; not NS (Arm ARM, D17.2.117)
    msr     scr_el3, x1
    msr     cptr_el3, xzr
    mov     x1, #(1 << 17)              // MDCR_EL3.SPME: counters count in secure state
    msr     mdcr_el3, x1
    mrs     x1, id_aa64pfr0_el1
    ubfx    x1, x1, #24, #4             // ID_AA64PFR0_EL1.GIC: system registers
    cbz     x1, 2f
    mrs     x1, S3_6_C12_C12_5          // ICC_SRE_EL3
    orr     x1, x1, #0xf                // SRE | DFB | DIB | Enable
    msr     S3_6_C12_C12_5, x1
    isb
2:  mov     x1, #(PSTATE_DAIF | PSTATE_EL1H)
    msr     spsr_el3, x1
    adr     x1, at_el1
    msr     elr_el3, x1
    eret

    // At EL2: let EL1 run AArch64 and use the timers, the counters and the GIC's system registers. Every
    // register here has an UNKNOWN value after reset.
at_el2:
    mov     x1, #(1 << 31)              // HCR_EL2.RW
    msr     hcr_el2, x1
    isb
    mov     x1, #3                      // CNTHCTL_EL2.EL1PCEN|EL1PCTEN
    msr     cnthctl_el2, x1
    msr     cntvoff_el2, xzr
    msr     vttbr_el2, xzr              // VMID 0: EL1's TLB entries are tagged with it (Arm ARM, D8.14)
    msr     hstr_el2, xzr
    adrp    x1, aarch64_vectors         // for HVC
    add     x1, x1, :lo12:aarch64_vectors
    msr     vbar_el2, x1
    mrs     x1, midr_el1
    msr     vpidr_el2, x1
    mrs     x1, mpidr_el1
    msr     vmpidr_el2, x1
    // CPTR_EL2: RES1 bits, trap nothing (Arm ARM, D17.2.31). TZ and TSM are RES1 only without SVE and SME.
    mov     x1, #0x33ff
    mrs     x2, id_aa64pfr0_el1
    ubfx    x3, x2, #32, #4             // SVE
    cbz     x3, 3f
    bic     x1, x1, #(1 << 8)           // TZ
3:  mrs     x3, id_aa64pfr1_el1
    ubfx    x3, x3, #24, #4             // SME
    cbz     x3, 4f
    bic     x1, x1, #(1 << 12)          // TSM
4:  msr     cptr_el2, x1
    // MDCR_EL2: no traps, and all event counters for EL1 (HPMN; Arm ARM, D17.3.21).
    mov     x1, #0
    mrs     x3, id_aa64dfr0_el1
    ubfx    x3, x3, #8, #4              // PMUVer: 0 none, 15 none that the architecture knows
    sub     x3, x3, #1
    cmp     x3, #14
    b.hs    5f
    mrs     x1, pmcr_el0
    ubfx    x1, x1, #11, #5             // PMCR_EL0.N
5:  msr     mdcr_el2, x1
    ubfx    x2, x2, #24, #4             // ID_AA64PFR0_EL1.GIC
    cbz     x2, 6f
    mrs     x1, S3_4_C12_C9_5           // ICC_SRE_EL2
    mov     x2, #9                      // SRE | Enable
    orr     x1, x1, x2
    msr     S3_4_C12_C9_5, x1
    isb
    mrs     x1, S3_4_C12_C9_5           // EL3 may keep SRE at 0: then the next register traps
    tbz     x1, #0, 6f
    msr     S3_4_C12_C11_0, xzr         // ICH_HCR_EL2: no virtual interface, no traps (IHI 0069, 12.4.3)
6:  mov     x1, #(PSTATE_DAIF | PSTATE_EL1H)
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
    isb

    // Lines that firmware left in the caches must not be written over what is stored past them now.
    adrp    x21, _bss_start             // both ends are 16-byte aligned by the linker script
    add     x21, x21, :lo12:_bss_start
    adrp    x22, _bss_end
    add     x22, x22, :lo12:_bss_end
    mov     x0, x21
    adrp    x1, _emergency_stack_top
    add     x1, x1, :lo12:_emergency_stack_top
    sub     x1, x1, x21
    bl      arch_cache_invalidate
7:  cmp     x21, x22
    b.hs    8f
    stp     xzr, xzr, [x21], #16
    b       7b

8:  adrp    x1, aarch64_cpu
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
    mov     x1, x20
    bl      aarch64_boot                // MMU and caches on; then the kernel
    bl      kernel_main
    b       park

    .globl arch_halt
arch_halt:
    msr     daifset, #15
park:
    wfe
    b       park

    // Loaded to another address than it was linked for: the machine's RAM lies elsewhere. Only a debugger
    // or an emulator can be told.
misplaced:
    mov     x0, #4                      // SYS_WRITE0
    adr     x1, misplaced_text
    hlt     #0xf000
    mov     x0, #0x18                   // SYS_EXIT
    adr     x1, misplaced_exit
    hlt     #0xf000
    b       park
    .balign 8
misplaced_exit:
    .quad   0x20026, 7                  // ADP_Stopped_ApplicationExit, EXIT_MACHINE
misplaced_text:
    .asciz  "[board] this machine is not supported: its RAM is not where this image was linked for\n"

    .section .data.boot_core_came, "aw"
    .balign 4
boot_core_came:
    .long   0
