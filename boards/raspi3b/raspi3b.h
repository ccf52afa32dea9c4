/* SPDX-License-Identifier: MIT */
/*
 * Shared by the files of this board. Registers are named as in Broadcom's "BCM2835 ARM
 * Peripherals" and "BCM2836 ARM-local peripherals" (QA7).
 */
#ifndef RASPI3B_H
#define RASPI3B_H

#include <stdbool.h>
#include <stdint.h>

#define PERIPHERALS 0x3f000000u
#define LOCAL       0x40000000u

/* console.c: use the UART that firmware has connected to pins 14 and 15: the mini UART, or else the
 * PL011. */
void raspi3b_console_init(void);

/* interrupts.c: all off; the GPU's interrupts go to this core. */
void raspi3b_interrupts_init(void);

/*
 * firmware.c: the end of the memory that the GPU leaves to the ARM cores, as its firmware
 * tells through the mailbox; 0 if it does not answer. Once, before interrupts.
 */
uint32_t raspi3b_memory_end(void);

/* firmware.c: turn the machine off, if it can be; returns otherwise. */
void raspi3b_power_off(void);

#endif
