/* SPDX-License-Identifier: MIT */
/*
 * Inline bodies of arch/cpu.h for MIPS32. There is one CPU, so its block is a
 * variable and needs no register.
 */
#ifndef ARCH_IMPL_CPU_H
#define ARCH_IMPL_CPU_H

#define MIPS32_STATUS_IE 0x1u

/* As MIPS32_HAZARD_BARRIER in layout.h. */
#ifndef MIPS32_HAZARD_NOPS
#define MIPS32_HAZARD_NOPS 0
#endif
#define MIPS32_TEXT(n) #n
#define MIPS32_NOPS(n) ".rept " MIPS32_TEXT(n) "\n\tsll $0, $0, 0\n\t.endr\n\t"
#define MIPS32_HAZARD  MIPS32_NOPS(MIPS32_HAZARD_NOPS) "sll $0, $0, 3\n\t"

extern struct cpu_local mips32_cpu;

/* The body of arch_wait_for_interrupt(), in vectors.S. */
void mips32_wait(void);

static inline struct cpu_local *cpu_local(void)
{
    return &mips32_cpu;
}

static inline uint32_t mips32_read_status(void)
{
    uint32_t status;

    __asm__ volatile("mfc0 %0, $12" : "=r"(status) : : "memory");
    return status;
}

static inline void mips32_write_status(uint32_t status)
{
    __asm__ volatile("mtc0 %0, $12\n\t" MIPS32_HAZARD : : "r"(status) : "memory");
}

static inline bool arch_interrupts_enabled(void)
{
    return (mips32_read_status() & MIPS32_STATUS_IE) != 0;
}

/* An interrupt between reading and writing Status does no harm: its handler restores Status. */
static inline bool arch_interrupts_disable(void)
{
    uint32_t status = mips32_read_status();

    mips32_write_status(status & ~MIPS32_STATUS_IE);
    return (status & MIPS32_STATUS_IE) != 0;
}

static inline void arch_interrupts_restore(bool enabled)
{
    if (enabled)
        mips32_write_status(mips32_read_status() | MIPS32_STATUS_IE);
}

static inline void arch_wait_for_interrupt(void)
{
    mips32_wait();
}

__attribute__((always_inline)) static inline uintptr_t arch_stack_pointer(void)
{
    uintptr_t sp;

    __asm__ volatile("move %0, $29" : "=r"(sp));
    return sp;
}

/*
 * The stack pointer of the calling function's caller at the call, as
 * arch_unwind() needs it together with __builtin_return_address(0).
 */
__attribute__((always_inline)) static inline uintptr_t arch_frame_pointer(void)
{
    return (uintptr_t)__builtin_dwarf_cfa();
}

#endif
