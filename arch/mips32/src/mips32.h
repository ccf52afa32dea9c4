/* SPDX-License-Identifier: MIT */
/*
 * Shared by the C files of this port.
 */
#ifndef MIPS32_H
#define MIPS32_H

#include <stdint.h>

#include <arch/cpu.h>

#include "layout.h"

#define MIPS32_READ_CP0(number, value) __asm__ volatile("mfc0 %0, $" #number : "=r"(value))
#define MIPS32_WRITE_CP0(number, value) \
    __asm__ volatile("mtc0 %0, $" #number "\n\t" MIPS32_HAZARD : : "r"(value) : "memory")

/* The size of the TLB; 0: there is none. Boards with older CPUs state it. */
#ifdef MIPS32_TLB_ENTRIES
#define MIPS32_HAS_CACHE   0
#define mips32_tlb_entries ((uint32_t)MIPS32_TLB_ENTRIES)
#else
#define MIPS32_HAS_CACHE 1
extern uint32_t mips32_tlb_entries;
#endif

/* From the linker script. */
extern uint8_t _boot_stack_base[], _boot_stack_top[], _irq_stack_base[], _irq_stack_top[];
extern const uint8_t _kernel_start[], _text_start[], _text_end[];

/* EntryLo0 and EntryLo1 of each pair of pages of the stack window, read by the refill handler. */
#if STACK_WINDOW_BYTES > 0
extern uint32_t mips32_page_table[STACK_WINDOW_BYTES >> PAIR_SHIFT][2];
#endif

/* The registers of the first exception that was reported, for arch_unwind(). */
extern const struct arch_context *mips32_reported;

/* The enabled interrupt lines; vectors.S reads it. */
extern uint32_t mips32_irq_lines;

/* From vectors.S. */
extern const uint8_t mips32_wait_begin[], mips32_wait_end[];
extern const uint8_t mips32_probe_begin[], mips32_probe_end[];

/*
 * Called by start.S on the boot stack in kseg0: set up the per-CPU block.
 * Returns the boot stack's top in the window.
 */
uintptr_t mips32_boot(void);

/* Called by vectors.S. */
void mips32_exception(uint32_t cause, uintptr_t bad_address);
_Noreturn void mips32_nested_exception(uint32_t cause, uintptr_t bad_address);

#endif
