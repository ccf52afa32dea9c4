/* SPDX-License-Identifier: MIT */
/*
 * The CPU's own interrupts, by their numbers in scause (Privileged Architecture
 * 1.12, table 4.2). The external one is the most urgent, then the software one.
 */
#ifndef ARCH_IMPL_IRQ_H
#define ARCH_IMPL_IRQ_H

#define ARCH_IRQ_COUNT     16u
#define RISCV_IRQ_SOFTWARE 1u
#define RISCV_IRQ_TIMER    5u
#define RISCV_IRQ_EXTERNAL 9u

#endif
