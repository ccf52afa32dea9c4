/* SPDX-License-Identifier: MIT */
/*
 * The scheduler: preemptive, round robin in time slices within a priority, on
 * one CPU. A ready thread of higher priority runs at once. The thread that runs
 * is in no queue; ready ones wait in arrival order, a queue per priority; when
 * there is none, the idle thread waits for interrupts.
 *
 * SCHED_POLICY=RR ignores priorities: one queue, everybody's turn comes.
 */
#ifndef PROC_SCHED_H
#define PROC_SCHED_H

#include <arch/cpu.h>
#include <config/slice_ticks.h>
#include <proc/thread.h>
#include <types.h>

/* How long a thread runs before the turn of the next of its priority, in ticks. */
#define SCHED_SLICE_TICKS CONFIG_SLICE_TICKS

/* thread_get_current() without a call. From anywhere. */
static inline thread_t *sched_current(void)
{
    return cpu_local()->thread;
}

/* Set up queues, the pool of thread objects, the stack cache and the idle thread. Once, on the boot
 * stack. */
void sched_init(void);

/* Start the tick and the first thread. Once, on the boot stack, which is not used any more. */
_Noreturn void sched_start(void);

/*
 * Put a thread that is in no queue at the end of its ready queue, with a whole
 * slice. Interrupts masked. O(1). It runs when the caller gets to
 * sched_restore(), or at the end of the interrupt.
 */
void sched_ready(thread_t *thread);

/* Take a ready thread out of its queue. Interrupts masked. O(1). */
void sched_remove(thread_t *thread);

/* Change the priority that a thread is scheduled by, whatever its state; its place in a wait queue
 * is the caller's. Interrupts masked. O(1). */
void sched_set_priority(thread_t *thread, unsigned priority);

/* Run the next ready thread; the caller has queued the running one or not. Interrupts masked; not
 * from an interrupt. O(1). */
void sched_switch(void);

/* Panic when the running thread's stack pointer is outside its stack. O(1); not from an interrupt,
 * which has a stack of its own. */
void sched_check_own_stack(void);

/* Run the next ready thread instead of the running one, whose object and stack may have been given
 * back already. Interrupts masked, since before that. O(1). */
_Noreturn void sched_exit(void);

/*
 * interrupts_restore() for functions that may have made threads ready: lets one
 * of higher priority run first. When the caller's caller had masked interrupts
 * already (`enabled` is false), that waits for the next tick. O(1).
 */
void sched_restore(bool enabled);

/* Stop the running thread, already marked as ended, from inside an exception handler: its end
 * resumes another. O(1). */
void sched_leave_current(void);

/*
 * A tick: wake sleepers, check the running thread's stack and the interrupt
 * stack, charge the tick. From the timer interrupt only.
 */
void sched_tick(unsigned periods);

/* At the end of every interrupt: preempt the interrupted thread when its slice is over or a thread
 * of higher priority is ready. O(1). */
void sched_interrupt_end(void);

/* Ticks since sched_start(). From anywhere. */
uint32_t sched_ticks(void);

/* How many ticks found the idle thread running. From anywhere. */
uint32_t sched_idle_ticks(void);

/* Whether priorities count: not with SCHED_POLICY=RR. From anywhere. */
bool sched_uses_priorities(void);

/* Whether `thread` is the idle thread, which must not end. O(1), from anywhere. */
bool sched_is_idle(const thread_t *thread);

/*
 * At that tick from now (1 to INT32_MAX) wake the running thread if it sleeps,
 * or end its wait (wait_time_out()). Interrupts masked. O(threads that wait for a tick).
 */
void sched_set_alarm(uint32_t ticks_from_now);

/* Forget a thread's alarm, if it has one. Interrupts masked. O(1). */
void sched_cancel_alarm(thread_t *thread);

/* Let the running thread sleep. Interrupts masked. Cost and range as sched_set_alarm(). */
void sched_sleep(uint32_t ticks_from_now);

/*
 * Say that some interrupt other than the tick may wake threads (+1), or no
 * longer does (-1): while there is one, idleness is no deadlock. From anywhere.
 */
void sched_count_wakers(int change);

/*
 * Call a function in every timer interrupt, after sleepers were woken; NULL:
 * none. It must not block. Counts as a waker. Not from an interrupt.
 */
void sched_set_tick_hook(void (*hook)(void));

/*
 * What to do about a corrupted guard region. A handler that returns true has
 * dealt with it and the thread goes on; without handler, or when it returns
 * false, STACK_OVERFLOW decides (proc/overflow.h). It runs in the timer interrupt.
 */
typedef bool (*sched_guard_handler_t)(thread_t *thread);
void sched_set_guard_handler(sched_guard_handler_t handler);

#endif
