/* SPDX-License-Identifier: MIT */
/*
 * Detection of deadlock, in two ways. A thread about to wait may close a cycle
 * of threads that wait for each other: this is detected at once, at a step per
 * thread of the chain. If no thread is ready, none sleeps, and no interrupt may
 * wake one, no thread will ever run again: the idle thread detects this. In
 * both cases the kernel prints each waiting thread, the object, and its holder,
 * and ends the machine with EXIT_DEADLOCK.
 *
 * A wait with a time limit ends by itself and is part of no cycle.
 *
 * Not detected: a wait that a running thread could end, but never will; cycles
 * through semaphores, which have no holder.
 */
#ifndef PROC_DEADLOCK_H
#define PROC_DEADLOCK_H

#include <proc/thread.h>
#include <types.h>

enum deadlock_kind {
    DEADLOCK_CYCLE,       /* the running thread is about to close one */
    DEADLOCK_NOTHING_RUNS /* called in the idle thread */
};

/*
 * A handler of deadlocks. If it returns true, the kernel continues: the thread
 * waits until the handler, or a thread that it woke, ends one of the threads
 * involved. The handler runs with interrupts masked and must not block. NULL:
 * no handler. Setting it: from anywhere.
 */
typedef bool (*deadlock_handler_t)(enum deadlock_kind kind);
void deadlock_set_handler(deadlock_handler_t handler);

/*
 * Whether waiting for `holder` would close a cycle with the running thread.
 * Interrupts masked. O(chain).
 */
bool deadlock_closes_cycle(const thread_t *holder);

/*
 * Report a cycle that the running thread's wait, as in its member `wait`, is
 * about to close. Interrupts masked. O(chain).
 */
void deadlock_check(void);

/* Called by the idle thread when no thread can run and nothing can wake one. Interrupts masked. */
void deadlock_nothing_runs(void);

#endif
