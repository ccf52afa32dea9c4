/* SPDX-License-Identifier: MIT */
/*
 * The scheduler: preemptive round robin on one CPU. The thread that runs is
 * in no queue; ready ones wait in arrival order; when there is none, the idle
 * thread waits for interrupts.
 */
#ifndef PROC_SCHED_H
#define PROC_SCHED_H

#include <proc/thread.h>
#include <types.h>

/* How long a thread runs before the next one's turn, in ticks. */
#define SCHED_SLICE_TICKS 10

/* Set up queues, the pool of thread objects, the stack cache and the idle thread. Once, on the boot stack. */
void sched_init(void);

/* Start the tick and the first thread. The boot stack is not used any more. */
_Noreturn void sched_start(void);

/* Put a thread at the end of the ready queue. Interrupts masked. O(1). */
void sched_ready(thread_t *thread);

/* Take a ready thread out of the queue. Interrupts masked. O(1). */
void sched_remove(thread_t *thread);

/* Run the next ready thread; the caller has queued the running one or not. Interrupts masked; not from an interrupt. */
void sched_switch(void);

/*
 * A tick: check the running thread's guard region, charge the tick, and
 * preempt at the end of its slice. From the timer interrupt only.
 */
void sched_tick(unsigned periods);

/* Ticks since sched_start(). */
uint32_t sched_ticks(void);

/*
 * What to do about a corrupted guard region. A handler that returns true has
 * dealt with it and the thread goes on; without handler, or when it returns
 * false, the kernel panics, naming the thread. It runs in the timer interrupt.
 */
typedef bool (*sched_guard_handler_t)(thread_t *thread);
void sched_set_guard_handler(sched_guard_handler_t handler);

#endif
