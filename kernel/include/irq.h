/* SPDX-License-Identifier: MIT */
/*
 * Interrupt handlers by interrupt number, and the count of each interrupt.
 * Numbers are the board's (board_irq_claim()), below BOARD_IRQ_COUNT.
 *
 * An interrupt without a handler is counted, and reported the 1st, 2nd, 4th,
 * 8th, ... time. Every IRQ_STORM times it is masked at the board until a handler
 * is registered, because a level-triggered interrupt that no handler clears would
 * otherwise take the CPU forever. Kernels with COURSE=1 do not report it.
 */
#ifndef IRQ_H
#define IRQ_H

#include <errno.h>
#include <types.h>

#define IRQ_STORM 64u

/*
 * Serves one interrupt: makes the device withdraw it. Runs on the exception
 * stack with interrupts masked, so it must not block. Threads that it makes ready
 * run after it has returned. The file stack.txt of its room must list it.
 */
typedef void (*irq_handler_t)(void *context);

/*
 * Register handler(context) for an interrupt and enable the interrupt. O(1), from
 * anywhere. Returns EOK; EINVAL if the board has no such number or handler is
 * NULL; EBUSY if the interrupt has a handler already.
 */
errno_t irq_register(unsigned irq, irq_handler_t handler, void *context);

/*
 * Mask an interrupt and remove its handler. O(1), from anywhere. Returns EOK;
 * EINVAL if the board has no such number; ENOENT if there is no handler.
 */
errno_t irq_unregister(unsigned irq);

/*
 * How often an interrupt occurred (modulo 2^32), and how often without a
 * handler. 0 if the board has no such number. O(1), from anywhere.
 */
uint32_t irq_count(unsigned irq);
uint32_t irq_unhandled_count(unsigned irq);

/*
 * Print a line per interrupt that has a handler or has occurred: number, count,
 * count without a handler, handler. From anywhere.
 */
void irq_print_all(void);

/*
 * Serve the pending interrupt, unless it is no longer pending. O(1), plus the
 * handler. From kernel_interrupt() only.
 */
void irq_serve(void);

#endif
