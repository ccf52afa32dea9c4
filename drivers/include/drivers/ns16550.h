/* SPDX-License-Identifier: MIT */
/*
 * UARTs compatible with National Semiconductor's 16550 (PC16550D), byte-wide
 * registers at consecutive addresses, polled.
 */
#ifndef DRIVERS_NS16550_H
#define DRIVERS_NS16550_H

#include <stdint.h>

/* Set up the UART whose registers start at `base`: 8N1, FIFOs on, no interrupts. */
void ns16550_init(uintptr_t base);

/* Send one byte; waits while the transmitter is full. From anywhere. */
void ns16550_putc(uintptr_t base, char c);

/* The next byte received, or -1. Never waits; from anywhere. */
int ns16550_getc(uintptr_t base);

#endif
