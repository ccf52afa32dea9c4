/* SPDX-License-Identifier: MIT */
/*
 * Inline bodies of arch/cpu.h for AArch64. TPIDR_EL1 points to this CPU's
 * struct cpu_local.
 */
#ifndef ARCH_IMPL_CPU_H
#define ARCH_IMPL_CPU_H

#define DAIF_IRQ_MASKED (UINT64_C(1) << 7)

static inline struct cpu_local *cpu_local(void)
{
    struct cpu_local *local;

    __asm__ volatile("mrs %0, tpidr_el1" : "=r"(local));
    return local;
}

static inline bool arch_interrupts_enabled(void)
{
    uint64_t daif;

    __asm__ volatile("mrs %0, daif" : "=r"(daif) : : "memory");
    return (daif & DAIF_IRQ_MASKED) == 0;
}

static inline bool arch_interrupts_disable(void)
{
    bool enabled = arch_interrupts_enabled();

    __asm__ volatile("msr daifset, #2" : : : "memory");
    return enabled;
}

static inline void arch_interrupts_restore(bool enabled)
{
    if (enabled)
        __asm__ volatile("msr daifclr, #2" : : : "memory");
}

static inline void arch_wait_for_interrupt(void)
{
    /* WFI wakes for a pending interrupt even while PSTATE.I masks it (Arm ARM, D1.6). */
    __asm__ volatile("dsb sy\n\twfi" : : : "memory");
}

__attribute__((always_inline)) static inline uintptr_t arch_stack_pointer(void)
{
    uintptr_t sp;

    __asm__ volatile("mov %0, sp" : "=r"(sp));
    return sp;
}

__attribute__((always_inline)) static inline uintptr_t arch_frame_pointer(void)
{
    return (uintptr_t)__builtin_frame_address(0);
}

#endif
