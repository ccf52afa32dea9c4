/* SPDX-License-Identifier: MIT */
/*
 * A level-triggered interrupt of the CPU that the kernel does not use: once raised
 * it is pending until it is lowered. Every port implements these functions
 * (tests/kernel/arch/<cpu>/raise.c). O(1), from anywhere.
 */
#ifndef RAISE_H
#define RAISE_H

/* Its number, as board_irq_claim() reports it. */
unsigned raise_irq(void);

void raise_line(void);
void lower_line(void);

#endif
