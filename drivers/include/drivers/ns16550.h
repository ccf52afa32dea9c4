/* SPDX-License-Identifier: MIT */
/*
 * UARTs compatible with National Semiconductor's 16550 (PC16550D), byte-wide
 * registers at consecutive addresses, polled transmit, receive by poll or
 * interrupt.
 */
#ifndef DRIVERS_NS16550_H
#define DRIVERS_NS16550_H

#include <stdint.h>

/* Set up the UART whose registers start at `base`: 8N1, FIFOs on, no interrupts. */
void ns16550_init(uintptr_t base);

/* Raise the interrupt line while there are received bytes to read. O(1). */
void ns16550_enable_receive_interrupt(uintptr_t base);

/* Send one byte; waits while the transmitter is full. From anywhere. */
void ns16550_putc(uintptr_t base, char c);

/* The next byte received, or -1. Never waits; from anywhere. */
int ns16550_getc(uintptr_t base);

#endif
