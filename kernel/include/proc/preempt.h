/* SPDX-License-Identifier: MIT */
/*
 * Hostile preemption, for tests: with PREEMPT_AT_LOCKS=1 every operation on a
 * mutex, semaphore or condition gives up the CPU before and after (spinlocks
 * cannot: interrupts are masked while one is held). Together with SLICE_TICKS=1
 * and a high TICK_HZ (which, counting instructions, is a preemption every so
 * many), it brings out what rarely happens.
 */
#ifndef PROC_PREEMPT_H
#define PROC_PREEMPT_H

#include <arch/cpu.h>
#include <config/preempt_at_locks.h>
#include <proc/thread.h>

/* Give up the CPU, if the knob says so and interrupts are not masked; so, from anywhere. */
static inline void preempt_point(void)
{
#if CONFIG_PREEMPT_AT_LOCKS
    if (arch_interrupts_enabled())
        thread_yield();
#endif
}

#endif
