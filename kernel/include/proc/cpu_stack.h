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

enum { CPU_STACK_BOOT, CPU_STACK_INTERRUPT, CPU_STACK_COUNT };

/*
 * Fill the part of the boot stack below the caller and the whole interrupt
 * stack. First thing in kernel_main(): deeper use before is not seen. O(their
 * bytes).
 */
void cpu_stack_init(void);

/* What is known about CPU_STACK_BOOT or CPU_STACK_INTERRUPT. O(1), from anywhere. */
struct cpu_stack cpu_stack_get(unsigned index);

/* As the functions of proc/thread.h for threads; both only read; from anywhere. */
bool cpu_stack_guard_ok(unsigned index);
size_t cpu_stack_high_watermark_bytes(unsigned index);

/*
 * Panic when the guard region is corrupted. Costs KSTACK_GUARD_BYTES. The
 * interrupt stack's is checked on every tick, the boot stack's when it is left
 * for good.
 */
void cpu_stack_check(unsigned index);

#endif
