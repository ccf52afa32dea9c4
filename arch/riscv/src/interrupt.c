/* SPDX-License-Identifier: MIT */
/*
 * sie and sip. A context does not contain sie, so a change holds everywhere at
 * once.
 */
#include <arch/irq.h>

#include "riscv.h"

void arch_irq_enable(unsigned irq)
{
    __asm__ volatile("csrs sie, %0" : : "r"((uintptr_t)1 << irq) : "memory");
}

void arch_irq_disable(unsigned irq)
{
    __asm__ volatile("csrc sie, %0" : : "r"((uintptr_t)1 << irq) : "memory");
}

int arch_irq_pending(void)
{
    uintptr_t pending = READ_CSR(sip) & READ_CSR(sie);

    if ((pending >> RISCV_IRQ_EXTERNAL & 1) != 0)
        return RISCV_IRQ_EXTERNAL;
    if ((pending >> RISCV_IRQ_SOFTWARE & 1) != 0)
        return RISCV_IRQ_SOFTWARE;
    return (pending >> RISCV_IRQ_TIMER & 1) != 0 ? (int)RISCV_IRQ_TIMER : -1;
}
