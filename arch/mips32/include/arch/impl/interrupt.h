/* SPDX-License-Identifier: MIT */
/*
 * The CPU's own interrupt controller: eight lines in CP0 Cause.IP, masked by
 * Status.IM; line 7 is the timer, 0 and 1 are raised by software. For boards.
 */
#ifndef ARCH_IMPL_INTERRUPT_H
#define ARCH_IMPL_INTERRUPT_H

/* Enable or mask a line (0 to 7), in every context. O(1); with interrupts masked, or in an
 * interrupt. */
void mips32_irq_enable(unsigned line);
void mips32_irq_disable(unsigned line);

/* The highest enabled line that is pending, or -1. O(1). */
int mips32_irq_pending(void);

#endif
