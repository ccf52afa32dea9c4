/* SPDX-License-Identifier: MIT */
/*
 * The timer interrupt, TICK_HZ times a second. It wakes threads whose alarm is
 * due and checks the interrupt stack and the running thread's stack.
 */
#ifndef PROC_TICK_H
#define PROC_TICK_H

#include <types.h>

/* Register for the timer interrupt, which must have no handler, and start the timer. Once, on the
 * boot stack. */
void tick_start(void);

/*
 * Call a function in every timer interrupt, after sleepers were woken; NULL:
 * none. It must not block. Counts as a waker (proc/idle.h). Not from an
 * interrupt.
 */
void tick_set_hook(void (*hook)(void));

/* Process that many ticks at once. In the timer interrupt only; for tests, also from the hook.
 * O(1), plus a step per thread woken. */
void tick_pass(unsigned periods);

#endif
