/* SPDX-License-Identifier: MIT */
/*
 * Interrupts that the CPU itself tells apart, on ports that define ARCH_IRQ_COUNT in
 * arch/impl/irq.h: their numbers are below it. For boards, which give them the same
 * numbers and count those of an interrupt controller from there on. A CPU with one
 * interrupt input (AArch64) has none of this.
 */
#ifndef ARCH_IRQ_H
#define ARCH_IRQ_H

#include <arch/impl/irq.h>

/* Enable or mask one, in every context. O(1); with interrupts masked, or in an interrupt. */
void arch_irq_enable(unsigned irq);
void arch_irq_disable(unsigned irq);

/* The enabled one that is pending, the most urgent of several; -1: none. O(1). */
int arch_irq_pending(void);

#endif
