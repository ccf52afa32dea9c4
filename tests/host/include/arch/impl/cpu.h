/* SPDX-License-Identifier: MIT */
/*
 * A processor for host tests: interrupts are a variable that the test checks.
 * Only the parts that the kernel's library uses.
 */
#ifndef ARCH_IMPL_CPU_H
#define ARCH_IMPL_CPU_H

/* Defined by the test. */
extern bool host_interrupts_enabled;

static inline struct cpu_local *cpu_local(void)
{
    return NULL;
}

static inline bool arch_interrupts_enabled(void)
{
    return host_interrupts_enabled;
}

static inline bool arch_interrupts_disable(void)
{
    bool enabled = host_interrupts_enabled;

    host_interrupts_enabled = false;
    return enabled;
}

static inline void arch_interrupts_restore(bool enabled)
{
    if (enabled)
        host_interrupts_enabled = true;
}

static inline void arch_wait_for_interrupt(void)
{
}

static inline uintptr_t arch_stack_pointer(void)
{
    return (uintptr_t)__builtin_frame_address(0);
}

static inline uintptr_t arch_frame_pointer(void)
{
    return (uintptr_t)__builtin_frame_address(0);
}

#endif
