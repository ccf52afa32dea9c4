/* SPDX-License-Identifier: MIT */
/*
 * Mutex: one thread at a time, with priority inheritance: while a thread of
 * high priority waits for it, its holder runs at that priority, along the whole
 * chain of holders that wait in turn (Sha, Rajkumar, Lehoczky 1990; here
 * without the ceiling protocol). MUTEX_PI=0 turns that off for all mutexes that
 * do not ask for it.
 *
 * unlock hands the mutex over to the first waiter, so that nobody overtakes.
 * Not recursive: to lock it twice is a deadlock, and panics. A thread that ends
 * while it holds a mutex leaves it locked for ever, since what it protects may
 * be half changed; that is reported at once. To kill a thread safely, hold the
 * mutexes that it uses.
 *
 * What is not for interrupts is asserted with KERNEL_DEBUG, and not for boot
 * code either, as it is no thread. Used without mutex_init(): not detected.
 */
#ifndef PROC_MUTEX_H
#define PROC_MUTEX_H

#include <errno.h>
#include <proc/wait.h>
#include <types.h>

typedef struct mutex {
    struct wait_queue waiters;
    struct thread *owner; /* NULL: free */
    link_t held_link;     /* in its owner's list */
    bool inherits;
} mutex_t;

/* Prepare a mutex, free. O(1), from anywhere. Returns EOK; EINVAL for NULL. */
errno_t mutex_init(mutex_t *mutex);

/* The same, from anywhere, with priority inheritance or without, whatever MUTEX_PI says; `name` (or
 * NULL) appears in messages and must live on. */
errno_t mutex_init_with(mutex_t *mutex, bool inherits, const char *name);

/* End a mutex's use. O(1), not from an interrupt. Panics when it is locked. It may be initialised
 * again. */
void mutex_destroy(mutex_t *mutex);

/*
 * Take the mutex, waiting as long as another thread has it. O(1) when it is
 * free, else a step per waiter of lower priority and per link of the chain of
 * holders. Not from an interrupt. Panics when the caller holds it already. A wait
 * that closes a cycle is a deadlock and ends the machine (proc/deadlock.h).
 */
void mutex_lock(mutex_t *mutex);

/*
 * The same, but wait until the `ticks`th tick from now at most (as
 * thread_sleep_ticks() counts), 0 being a look. Meanwhile the holder runs at the
 * caller's priority; afterwards it is back at its own. O(1) when it is free,
 * else a step per waiter of lower priority, per link of the chain of holders and
 * per thread that waits for a tick. Not from an interrupt. Returns EOK;
 * ETIMEDOUT; EINVAL for more than INT32_MAX ticks. Panics when the caller holds
 * it already. Never reports a deadlock, as the wait ends.
 */
errno_t mutex_lock_ticks(mutex_t *mutex, uint32_t ticks);

/*
 * Give it back, to the first waiter if there is one, which runs at once if
 * its priority is higher than the caller's. Does not wait. O(1), plus a step
 * per mutex still held when the caller ran at an inherited priority. Not from an
 * interrupt. Panics unless the caller holds it.
 */
void mutex_unlock(mutex_t *mutex);

/* Take the mutex if that needs no waiting. O(1), not from an interrupt. Returns EOK, or EBUSY when
 * somebody holds it, the caller included. */
errno_t mutex_trylock(mutex_t *mutex);

/* Used by threads that end: leave all they hold locked for ever, and say so. Interrupts masked. */
void mutex_orphan_all(struct thread *thread);

/* Used when a base priority or a waiter has changed: make a thread's priority, and that of those it
 * waits for, right. Interrupts masked. */
void mutex_update_priority(struct thread *thread);

#endif
