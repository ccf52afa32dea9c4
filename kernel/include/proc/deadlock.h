/* SPDX-License-Identifier: MIT */
/*
 * Deadlock, made visible in two ways. A thread that is about to wait for
 * something which, through others that wait in turn, only it could provide,
 * closes a cycle: found at once, at a step per thread of the chain. And when no
 * thread is ready, none sleeps, and no interrupt may wake one, nothing will ever
 * run again: found by the idle thread. Both times the kernel prints who waits
 * for what held by whom and ends the machine with EXIT_DEADLOCK.
 *
 * A wait with a time limit ends by itself and is part of no cycle.
 *
 * Not found: a wait that only a thread which still runs could end, but never
 * will; and waits for semaphores as parts of a cycle, as nobody holds those.
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
 * What else to do about it. A handler that returns true has taken note and the
 * kernel goes on: the thread will wait, until the handler or what it woke ends
 * one of those concerned. Runs with interrupts masked; must not block. NULL:
 * nothing else. To set it: from anywhere.
 */
typedef bool (*deadlock_handler_t)(enum deadlock_kind kind);
void deadlock_set_handler(deadlock_handler_t handler);

/* Whether the running thread would close a cycle by waiting for `holder`. Interrupts masked.
 * O(chain). */
bool deadlock_closes_cycle(const thread_t *holder);

/* The running thread is about to wait, as its member wait says: report it if that closes a cycle.
 * Interrupts masked. O(chain). */
void deadlock_check(void);

/* For the idle thread, when nothing can run and nothing can wake. Interrupts masked. */
void deadlock_nothing_runs(void);

/* Print a line per waiting thread: who waits for what held by whom. From anywhere. */
void deadlock_print(void);

#endif
