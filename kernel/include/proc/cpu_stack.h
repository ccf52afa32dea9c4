/* SPDX-License-Identifier: MIT */
/*
 * The CPU's stacks, which belong to no thread: the boot stack and the exception
 * stack. They are filled, measured and guarded like those of threads.
 */
#ifndef PROC_CPU_STACK_H
#define PROC_CPU_STACK_H

#include <types.h>

struct cpu_stack {
    const char *name; /* "boot", "interrupt" */
    uintptr_t base;
    size_t bytes;
};

enum { CPU_STACK_BOOT, CPU_STACK_INTERRUPT, CPU_STACK_COUNT };

/*
 * Fill the part of the boot stack below the caller and the whole interrupt
 * stack. First call in kernel_main(): deeper use before it is not measured.
 * O(their bytes).
 */
void cpu_stack_init(void);

/* The properties of CPU_STACK_BOOT or CPU_STACK_INTERRUPT. O(1), from anywhere. */
struct cpu_stack cpu_stack_get(unsigned index);

/* Like the functions of proc/thread.h for threads; both only read; from anywhere. */
bool cpu_stack_guard_ok(unsigned index);
size_t cpu_stack_high_watermark_bytes(unsigned index);

/*
 * Panic if the guard region is corrupted. Costs KSTACK_GUARD_BYTES. The
 * interrupt stack is checked on every tick, the boot stack when the scheduler
 * starts.
 */
void cpu_stack_check(unsigned index);

#endif
