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

/* Start a periodic tick at `hz` (> 0, at most the counter's frequency). */
void arch_timer_start(unsigned hz);

/*
 * Acknowledge a tick and arm the next one, relative to the last deadline, so
 * that delays do not accumulate. Returns the number of periods that have
 * passed: at least 1, more when interrupts were masked for long. Interrupt
 * context.
 */
unsigned arch_timer_acknowledge(void);

/*
 * Instructions executed so far (modulo 2^32). Exact under an emulator that
 * counts instructions (QEMU -icount shift=0, MSIM). Otherwise cycles, useful
 * for ratios only.
 */
uint32_t arch_instructions(void);

#endif
