/* SPDX-License-Identifier: MIT */
/*
 * Inline bodies of arch/cpu.h for RISC-V in S-mode. tp points to this CPU's
 * struct cpu_local.
 */
#ifndef ARCH_IMPL_CPU_H
#define ARCH_IMPL_CPU_H

#define RISCV_SSTATUS_SIE 2

static inline struct cpu_local *cpu_local(void)
{
    struct cpu_local *local;

    __asm__ volatile("mv %0, tp" : "=r"(local));
    return local;
}

static inline bool arch_interrupts_enabled(void)
{
    uintptr_t status;

    __asm__ volatile("csrr %0, sstatus" : "=r"(status) : : "memory");
    return (status & RISCV_SSTATUS_SIE) != 0;
}

static inline bool arch_interrupts_disable(void)
{
    uintptr_t status;

    __asm__ volatile("csrrci %0, sstatus, 2" : "=r"(status) : : "memory");
    return (status & RISCV_SSTATUS_SIE) != 0;
}

static inline void arch_interrupts_restore(bool enabled)
{
    if (enabled)
        __asm__ volatile("csrsi sstatus, 2" : : : "memory");
}

static inline void arch_wait_for_interrupt(void)
{
#if RISCV_HAS_WFI
    /* WFI ends when an enabled interrupt is pending, also while sstatus.SIE masks it (Privileged
     * Architecture 1.12, 3.3.3). MSIM's does not: its boards poll. */
    __asm__ volatile("wfi" : : : "memory");
#endif
}

__attribute__((always_inline)) static inline uintptr_t arch_stack_pointer(void)
{
    uintptr_t sp;

    __asm__ volatile("mv %0, sp" : "=r"(sp));
    return sp;
}

__attribute__((always_inline)) static inline uintptr_t arch_frame_pointer(void)
{
    return (uintptr_t)__builtin_frame_address(0);
}

#endif
