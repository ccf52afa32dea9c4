/* SPDX-License-Identifier: MIT */
/*
 * The CPU's own interrupt controller: eight lines in CP0 Cause.IP, masked by
 * Status.IM. The highest is the most urgent. Line 7 is the timer; 0 and 1 are raised
 * by software.
 */
#ifndef ARCH_IMPL_IRQ_H
#define ARCH_IMPL_IRQ_H

#define ARCH_IRQ_COUNT 8

#endif
