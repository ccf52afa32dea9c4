/* SPDX-License-Identifier: MIT */
/*
 * The stacks that belong to the CPU and to no thread: the one that it boots on
 * and the one that exceptions run on. They are filled, measured and guarded like
 * those of threads.
 */
#ifndef PROC_CPU_STACK_H
#define PROC_CPU_STACK_H

#include <types.h>

struct cpu_stack {
    const char *name; /* "boot", "interrupt" */
    uintptr_t base;
    size_t bytes;
};

#define CPU_STACK_COUNT 2

/*
 * Fill the part of the boot stack below the caller and the whole interrupt
 * stack. First thing in kernel_main(): deeper use before is not seen. O(their
 * bytes).
 */
void cpu_stack_init(void);

/* Stack 0 is the boot stack, 1 the interrupt stack. O(1), from anywhere. */
struct cpu_stack cpu_stack_get(unsigned index);

/* As the functions of proc/thread.h; only read; from anywhere. */
bool cpu_stack_guard_ok(unsigned index);
size_t cpu_stack_high_watermark_bytes(unsigned index);

/* Panic when the interrupt stack's guard region is corrupted. On every tick; costs
 * KSTACK_GUARD_BYTES. */
void cpu_stack_check(void);

#endif
