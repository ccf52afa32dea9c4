/* SPDX-License-Identifier: MIT */
/*
 * The scheduler: preemptive, round robin in time slices within a priority, on
 * one CPU. A ready thread of higher priority runs at once. The running thread
 * is in no queue. Ready threads wait in arrival order in one queue per
 * priority. If there is none, the idle thread waits for interrupts.
 *
 * SCHED_POLICY=RR ignores priorities: all threads share one queue.
 */
#ifndef PROC_SCHED_H
#define PROC_SCHED_H

#include <arch/cpu.h>
#include <proc/thread.h>
#include <types.h>

/* thread_get_current() without a call. From anywhere. */
static inline thread_t *sched_current(void)
{
    return cpu_local()->thread;
}

/* Make the ready queues empty. Once, on the boot stack. */
void sched_queues_init(void);

/* Set up queues, the pool of thread objects, the stack cache and the idle thread. Once, on the boot
 * stack. */
void sched_init(void);

/* Start the tick and the first thread. Once, on the boot stack, which is not used afterwards. */
_Noreturn void sched_start(void);

/*
 * Append a thread that is in no queue to its ready queue, with a full slice.
 * Interrupts masked. O(1). It runs when the caller reaches sched_restore(), or
 * at the end of the interrupt.
 */
void sched_ready(thread_t *thread);

/* Remove a ready thread from its queue. Interrupts masked. O(1). */
void sched_remove(thread_t *thread);

/*
 * Change a thread's effective priority, in any state; the caller repositions it
 * in a wait queue. Interrupts masked. O(1).
 */
void sched_set_priority(thread_t *thread, unsigned priority);

/*
 * Make a ready thread the idle thread: it runs when no other thread can, and is in
 * no queue. Once; interrupts masked. O(1).
 */
void sched_set_idle(thread_t *thread);

/* Whether any thread but the idle thread is ready. O(1), from anywhere. */
bool sched_is_any_ready(void);

/*
 * Run the next ready thread; the caller has queued the running thread if
 * necessary. Interrupts masked; not from an interrupt. O(1). Panics if the
 * running thread holds a spinlock, or is not on its own stack.
 */
void sched_switch(void);

/*
 * Run the next ready thread instead of the running one, whose object and stack
 * may already be free. Interrupts masked, and not enabled since they were
 * freed. O(1).
 */
_Noreturn void sched_exit(void);

/*
 * Panic if a function that must wait was called with interrupts masked, as
 * `enabled` tells: the caller relies on no other code running. Not with
 * COURSE=1. Interrupts masked. O(1).
 */
void sched_refuse_masked(bool enabled);

/*
 * interrupts_restore() for functions that may have made threads ready: a thread
 * of higher priority runs first. If interrupts were masked before the function
 * was called (`enabled` is false), it runs at the next tick. O(1).
 */
void sched_restore(bool enabled);

/*
 * Leave the running thread, already marked as ended, from inside an exception
 * handler, whose return resumes another thread. O(1).
 */
void sched_leave_current(void);

/*
 * Charge the running thread for that many ticks. Returns the number of the last
 * tick. In the timer interrupt only. O(1).
 */
uint32_t sched_charge(unsigned periods);

/* Ticks since sched_start(). From anywhere. */
uint32_t sched_ticks(void);

/* Number of ticks that found the idle thread running. From anywhere. */
uint32_t sched_idle_ticks(void);

/* Whether priorities are used: not with SCHED_POLICY=RR. From anywhere. */
bool sched_uses_priorities(void);

/* Whether `thread` is the idle thread, which must not end. O(1), from anywhere. */
bool sched_is_idle(const thread_t *thread);

#endif
