/* SPDX-License-Identifier: MIT */
/*
 * The CPU's own interrupts, by their numbers in scause (Privileged Architecture
 * 1.12, table 4.2). For boards.
 */
#ifndef ARCH_IMPL_INTERRUPT_H
#define ARCH_IMPL_INTERRUPT_H

#define RISCV_IRQ_SOFTWARE 1u
#define RISCV_IRQ_TIMER    5u
#define RISCV_IRQ_EXTERNAL 9u
/* Numbers are below it. */
#define RISCV_IRQ_COUNT 16u

/* Enable or mask one of them, in every context. O(1). */
void riscv_irq_enable(unsigned irq);
void riscv_irq_disable(unsigned irq);

/* The enabled one that is pending, external before software before timer; or -1. O(1). */
int riscv_irq_pending(void);

#endif
