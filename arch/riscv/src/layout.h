/* SPDX-License-Identifier: MIT */
/*
 * Where things lie in memory, for C and assembly of this port.
 *
 *   0x0000_0000  devices (the board maps the pages it uses)
 *   0x8000_0000  RAM, one to one:
 *                  LINK_BASE  kernel image: text, rodata, data, bss, guarded
 *                             boot and exception stacks, up to _kernel_end
 *                  ...        probed RAM: kernel heap
 *   RV64: 0x20_0000_0000, RV32: 0x4000_0000
 *                stack window: thread stacks, each with unmapped pages below
 */
#ifndef RISCV_LAYOUT_H
#define RISCV_LAYOUT_H

#include <config/course.h>

#define PAGE_BYTES 4096

/*
 * In the course preset, memory may be scarce: the last report, after a fault
 * inside a handler, overwrites the handler's stack.
 */
#if CONFIG_COURSE
#define BOOT_STACK_BYTES      4096
#define IRQ_STACK_BYTES       2048
#define EMERGENCY_STACK_BYTES 0
#define STACK_WINDOW_BASE     0
#define STACK_WINDOW_BYTES    0
#elif __riscv_xlen == 64
#define BOOT_STACK_BYTES      16384
#define IRQ_STACK_BYTES       16384
/* For the last report, after a fault inside a handler. */
#define EMERGENCY_STACK_BYTES 8192
#define STACK_WINDOW_BASE     0x2000000000
#define STACK_WINDOW_BYTES    0x40000000
#else
#define BOOT_STACK_BYTES      8192
#define IRQ_STACK_BYTES       8192
#define EMERGENCY_STACK_BYTES 4096
#define STACK_WINDOW_BASE     0x40000000
#define STACK_WINDOW_BYTES    0x8000000
#endif

#define WORD_BYTES (__riscv_xlen / 8)

/* Offsets into struct riscv_cpu and struct arch_context; asserted in context.c. */
#define CPU_LOCAL_CONTEXT       0
#define CPU_LOCAL_IRQ_STACK_TOP WORD_BYTES
#define CPU_LOCAL_IRQ_DEPTH     (5 * WORD_BYTES + 4)
#define CPU_SCRATCH             (7 * WORD_BYTES + 8)
#define CONTEXT_REG(n)          (WORD_BYTES * ((n)-1))
#define CONTEXT_PC              (WORD_BYTES * 31)
#define CONTEXT_STATUS          (WORD_BYTES * 32)
#define CONTEXT_BYTES           (WORD_BYTES * 33)

/* sstatus. */
#define SSTATUS_SIE  0x2
#define SSTATUS_SPIE 0x20
#define SSTATUS_SPP  0x100
#define SSTATUS_FS   0x6000

#ifdef __ASSEMBLER__
/* Load and store a word. */
#if __riscv_xlen == 64
#define LX ld
#define SX sd
#else
#define LX lw
#define SX sw
#endif
#endif

#endif
