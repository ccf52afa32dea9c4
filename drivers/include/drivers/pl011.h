/* SPDX-License-Identifier: MIT */
/*
 * Arm PrimeCell UART PL011 (Arm DDI 0183), polled transmit, receive by poll or
 * interrupt.
 */
#ifndef DRIVERS_PL011_H
#define DRIVERS_PL011_H

#include <stdint.h>

/* Set up the UART whose registers start at `base`: 8N1, FIFOs on, no interrupts. */
void pl011_init(uintptr_t base);

/* Raise the interrupt line while there are received bytes to read. O(1). */
void pl011_enable_receive_interrupt(uintptr_t base);

/* Send one byte; waits while the FIFO is full. From anywhere. */
void pl011_putc(uintptr_t base, char c);

/* The next byte received, or -1. Never waits; from anywhere. */
int pl011_getc(uintptr_t base);

#endif
