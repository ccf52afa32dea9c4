/* SPDX-License-Identifier: MIT */
/*
 * How the kernel was entered, and the facts about this CPU that boards need.
 */
#ifndef ARCH_IMPL_BOOT_H
#define ARCH_IMPL_BOOT_H

#include <stdint.h>

/* x0 at the entry point: the address of the device tree, 0 if the loader passes none (an ELF). Not
 * mapped. */
extern uintptr_t aarch64_device_tree;

/*
 * The exception level that the kernel was entered at, 1 to 3. After 3 there is no
 * firmware: the kernel runs in secure state, and the CPU has no conduit.
 */
extern unsigned aarch64_entry_level;

/* This CPU's affinity: Aff3 in bits 39 to 32, Aff2 to Aff0 in bits 23 to 0, as MPIDR_EL1 has it. */
uint64_t aarch64_affinity(void);

/* The frequency of the counter behind the timer (CNTFRQ_EL0). 0: firmware has not set it, and the
 * timer must not be started. */
uint64_t aarch64_timer_hz(void);

/* Set the number that arch_timer_irq() returns; 27 without this call. Before the timer starts. */
void aarch64_timer_set_irq(unsigned irq);

#endif
