/* SPDX-License-Identifier: MIT */
/*
 * Where things lie in memory, for C and assembly of this port.
 *
 *   QEMU's virt; other boards have RAM and devices elsewhere:
 *   0x00_0000_0000  devices (the board maps the pages it uses)
 *   0x00_4000_0000  RAM, one to one:
 *                     +0         device tree, read-only
 *                     +2 MiB     kernel image (LINK_BASE): text, rodata, data,
 *                                bss, guarded boot and exception stacks,
 *                                early heap up to _kernel_end
 *                     ...        probed RAM: kernel heap; what is reserved stays
 *                                unmapped
 *   0x40_0000_0000  stack window: thread stacks, each with unmapped pages below
 *   0x7f_ffff_ffff  end of the 39-bit space
 */
#ifndef AARCH64_LAYOUT_H
#define AARCH64_LAYOUT_H

#define PAGE_BYTES       4096
#define BOOT_STACK_BYTES 16384
#define IRQ_STACK_BYTES  16384
/* For the last report, after a fault inside a handler. */
#define EMERGENCY_STACK_BYTES 8192

#define STACK_WINDOW_BASE  0x4000000000
#define STACK_WINDOW_BYTES 0x40000000

/* Offsets into struct cpu_local and struct arch_context; asserted in context.c. */
#define CPU_LOCAL_CONTEXT       0
#define CPU_LOCAL_IRQ_STACK_TOP 8
#define CONTEXT_SP              248
#define CONTEXT_PC              256
#define CONTEXT_BYTES           272

/* SPSR_EL1/PSTATE: EL1 with SP_EL0, and the interrupt mask bits. */
#define PSTATE_EL1T 0x4
#define PSTATE_EL1H 0x5
#define PSTATE_DAIF 0x3c0
#define PSTATE_D    0x200

#endif
