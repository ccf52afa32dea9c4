/* SPDX-License-Identifier: MIT */
/*
 * Intel 8259A interrupt controller: one chip of eight lines, byte-wide registers at
 * two consecutive addresses. It is used in poll mode, which needs no interrupt
 * acknowledge cycle on a bus.
 */
#ifndef DRIVERS_I8259_H
#define DRIVERS_I8259_H

#include <stdint.h>

/* Set up the chip whose registers start at `base`, the first of two as in PCs. All lines are
 * masked.
 */
void i8259_init(uintptr_t base);

/* Enable or mask a line (0 to 7). O(1); with interrupts masked. */
void i8259_enable(uintptr_t base, unsigned line);
void i8259_disable(uintptr_t base, unsigned line);

/* The line to serve now, the lowest first, or -1 when none is pending. Interrupt context. */
int i8259_claim(uintptr_t base);

/* End of interrupt for a claimed line. */
void i8259_complete(uintptr_t base, unsigned line);

#endif
