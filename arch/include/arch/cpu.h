/* SPDX-License-Identifier: MIT */
/*
 * The processor as the kernel sees it: interrupt masking, waiting, the stack
 * pointer and the per-CPU block. Every port supplies the inline bodies in
 * arch/<cpu>/include/arch/impl/cpu.h, which is included at the end.
 */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arch_context;
struct thread;
struct spinlock;

/*
 * State of one CPU. The exception entry code uses the offsets of the first two
 * members (each port asserts them), so these must stay first.
 */
struct cpu_local {
    /* Where an exception saves the interrupted registers, and what it restores at its end. */
    struct arch_context *context;
    /* Top of the exception stack, which grows down. */
    uintptr_t irq_stack_top;
    /* Lowest usable address of that stack. Its guard lies below. */
    uintptr_t irq_stack_base;
    /* The stack that the CPU boots on; it runs kernel_main() until the scheduler starts. */
    uintptr_t boot_stack_top;
    uintptr_t boot_stack_base;
    unsigned id;
    /* Nesting depth of exception handlers; 0 in threads. The port counts it, around each upcall of
     * arch/trap.h: its entry code, or the C function that the entry code calls. */
    unsigned irq_depth;
    /* Owned by the scheduler; NULL until it starts. */
    struct thread *thread;
    /* Owned by the spinlocks: the one locked last, of those still locked; NULL: none is. */
    struct spinlock *spinlocks;
};

/* This CPU's block. O(1); callable from anywhere after the port's start code. */
static inline struct cpu_local *cpu_local(void);

/* Mask interrupts on this CPU; returns whether they were enabled before. O(1), from anywhere. */
static inline bool arch_interrupts_disable(void);

/* Undo arch_interrupts_disable(): enables when `enabled`, otherwise leaves them masked. */
static inline void arch_interrupts_restore(bool enabled);

/* Whether interrupts are enabled on this CPU. */
static inline bool arch_interrupts_enabled(void);

/*
 * Stop until an interrupt is pending. Call with interrupts masked: a pending
 * interrupt still ends the wait, so no interrupt is lost between a check and
 * the wait. May return early.
 */
static inline void arch_wait_for_interrupt(void);

/* The stack pointer of the caller itself (always inlined). */
static inline uintptr_t arch_stack_pointer(void);

/*
 * The frame pointer of the caller itself, to start a backtrace from; 0 if
 * frames are not chained.
 */
static inline uintptr_t arch_frame_pointer(void);

/*
 * Print the control registers that show whether MMU and caches are on, with a
 * printk-like function.
 */
void arch_cpu_print_state(void (*print)(const char *format, ...));

/* Stop this CPU for ever, interrupts masked. For boards that cannot end the machine. */
_Noreturn void arch_halt(void);

#include <arch/impl/cpu.h>

#endif
