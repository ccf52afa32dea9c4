/* SPDX-License-Identifier: MIT */
/*
 * The CPU's own periodic timer and its free-running counters.
 */
#ifndef ARCH_TIMER_H
#define ARCH_TIMER_H

#include <stdbool.h>
#include <stdint.h>

/* The number under which board_irq_claim() reports this timer. */
unsigned arch_timer_irq(void);

/* Start ticking at `hz` (> 0, at most the counter's own frequency). */
void arch_timer_start(unsigned hz);

/*
 * Acknowledge a tick and arm the next one, relative to the last deadline, so
 * that lateness does not add up. Returns how many periods have passed (at
 * least 1; more when interrupts were masked for long). Interrupt context.
 */
unsigned arch_timer_acknowledge(void);

/*
 * Instructions executed so far (modulo 2^32), where the machine can count
 * them: exact under an emulator that counts instructions (QEMU -icount shift=0,
 * MSIM); otherwise cycles, good for ratios only.
 */
uint32_t arch_instructions(void);

#endif
