/* SPDX-License-Identifier: MIT */
/*
 * Where things lie in memory, for C and assembly of this port.
 *
 *   0x8000_0000  kseg0: RAM one to one, cached
 *                  +0      TLB refill vector
 *                  +0x80   boot arguments, when the loader patches them in
 *                  +0x180  general exception vector, restore path, switch
 *                  +0x400  entry point
 *                  ...     (what the board reserves,) text, rodata, data, bss,
 *                          boot and exception stacks, early heap, _kernel_end
 *                  ...     probed RAM: kernel heap
 *   0xa000_0000  kseg1: the same uncached; device registers
 *   0xc000_0000  stack window: boot, exception and thread stacks through the
 *                TLB, each with unmapped pages below
 */
#ifndef MIPS32_LAYOUT_H
#define MIPS32_LAYOUT_H

#include <config/course.h>

/*
 * With a stack window, the boot stack and the exception stack are a page each,
 * used through the window. The last report, after a fault inside a handler,
 * runs on the boot stack through kseg0.
 *
 * In the course preset both stacks are in kseg0, where no page below them can
 * be unmapped. A test image for a machine of perhaps 32 KiB is linked with
 * other sizes (course/course.mk). The boot stack lies below the exception
 * stack: a final report that overflows the exception stack overwrites only the
 * boot stack, which is no longer needed.
 */
#if CONFIG_COURSE
#define STACK_WINDOW_BYTES 0
#define BOOT_STACK_BYTES   4096
#define IRQ_STACK_BYTES    2048
#define BOOT_STACK_ALIGN   8
#else
/* 128 thread stacks of 4 KiB, each with a guard of 12 KiB below, and the first pages. */
#define STACK_WINDOW_BYTES 0x210000
#define BOOT_STACK_BYTES   4096
#define IRQ_STACK_BYTES    4096
#define BOOT_STACK_ALIGN   4096
#endif

/* Boot arguments in the gap between the vectors, NUL-terminated; boards/msim/run writes them. */
#define BOOT_ARGS_OFFSET 0x80
#define BOOT_ARGS_BYTES  0x100

/* The page table costs 4 bytes per page of the window, which must be a multiple of 64 KiB (lui). */
#define STACK_WINDOW_BASE 0xc0000000
/* From a direct address to its uncached alias. */
#define KSEG1_OFFSET 0x20000000
/* The first pages: guard, boot stack, guard, exception stack. cpu.c asserts that the guards fit. */
#define BOOT_STACK_PAGE   3
#define IRQ_STACK_PAGE    7
#define FIRST_THREAD_PAGE 8
/* A TLB entry maps a pair of pages; the table holds EntryLo0 and EntryLo1 of each. */
#define PAGE_SHIFT       12
#define PAIR_SHIFT       13
#define PAIR_ENTRY_SHIFT 3

/* Offsets into struct cpu_local and struct arch_context; asserted in context.c. */
#define CPU_LOCAL_CONTEXT       0
#define CPU_LOCAL_IRQ_STACK_TOP 4
#define CPU_LOCAL_IRQ_DEPTH     24
#define CONTEXT_REG(n)          (4 * ((n)-1))
#define CONTEXT_HI              124
#define CONTEXT_LO              128
#define CONTEXT_PC              132
#define CONTEXT_STATUS          136
#define CONTEXT_BYTES           140

/*
 * Completes a CP0 write before the next instruction. ehb does it on Release 2 and later; it is
 * a nop before, where instructions in between must do it: a board whose CPU has such hazards
 * (R4000, Release 1) sets MIPS32_HAZARD_NOPS to their number.
 */
#ifndef MIPS32_HAZARD_NOPS
#define MIPS32_HAZARD_NOPS 0
#endif
/* clang-format off */
#define MIPS32_HAZARD_BARRIER .rept MIPS32_HAZARD_NOPS; sll $0, $0, 0; .endr; sll $0, $0, 3
/* clang-format on */

/* CP0 Config.K0: kseg0 is uncached. */
#define KSEG0_UNCACHED 2

/* CP0 Status. */
#define STATUS_BEV      0x400000
#define STATUS_IE       0x1
#define STATUS_EXL      0x2
#define STATUS_IM_SHIFT 8
#define STATUS_IM       0xff00

/* o32: the caller of any function leaves room for four argument registers. */
#define ARGUMENT_AREA_BYTES 16

#endif
