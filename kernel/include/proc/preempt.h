/* SPDX-License-Identifier: MIT */
/*
 * Hostile preemption for tests: with PREEMPT_AT_LOCKS=1 every operation on a
 * mutex, semaphore or condition yields the CPU before and after. (Spinlocks
 * cannot, because interrupts are masked while one is held.) Together with
 * SLICE_TICKS=1 and a high TICK_HZ, which with counted instructions preempts
 * after a fixed number of them, it exposes rare interleavings.
 */
#ifndef PROC_PREEMPT_H
#define PROC_PREEMPT_H

#include <arch/cpu.h>
#include <config/preempt_at_locks.h>
#include <proc/thread.h>

/* Yield the CPU if the knob is set and interrupts are enabled; therefore from anywhere. */
static inline void preempt_point(void)
{
#if CONFIG_PREEMPT_AT_LOCKS
    if (arch_interrupts_enabled())
        thread_yield();
#endif
}

#endif
