/* SPDX-License-Identifier: MIT */
/*
 * Mutex with priority inheritance: while a thread of high priority waits for
 * it, its holder runs at that priority, along the whole chain of waiting
 * holders (Sha, Rajkumar, Lehoczky 1990; without the ceiling protocol).
 * MUTEX_PI=0 disables this for mutexes that do not request it.
 *
 * mutex_unlock() hands the mutex over to the first waiter, so no thread can
 * overtake it. Not recursive: locking it twice is a deadlock and panics. If a
 * thread ends while it holds a mutex, the mutex stays locked for ever, because
 * the data that it protects may be half changed; this is reported at once. To
 * kill a thread safely, hold the mutexes that it uses.
 *
 * KERNEL_DEBUG asserts that functions for threads are not called from
 * interrupts or from boot code. Not detected: use without mutex_init().
 */
#ifndef PROC_MUTEX_H
#define PROC_MUTEX_H

#include <errno.h>
#include <proc/wait.h>
#include <types.h>

typedef struct mutex {
    struct wait_queue waiters;
    struct thread *owner; /* NULL: unlocked */
    link_t held_link;     /* in its owner's list */
    bool inherits;
} mutex_t;

/* Prepare a mutex, unlocked. O(1), from anywhere. Returns EOK; EINVAL for NULL. */
errno_t mutex_init(mutex_t *mutex);

/*
 * The same, from anywhere, with or without priority inheritance, regardless of
 * MUTEX_PI; `name` (or NULL) appears in messages and must stay valid.
 */
errno_t mutex_init_with(mutex_t *mutex, bool inherits, const char *name);

/*
 * End a mutex's use. O(1), not from an interrupt. Panics if it is locked. It
 * may be initialised again.
 */
void mutex_destroy(mutex_t *mutex);

/*
 * Lock the mutex, waiting while another thread holds it. O(1) if it is
 * unlocked, otherwise a step per waiter of lower priority and per link of the
 * chain of holders. Not from an interrupt. Panics if the caller holds it
 * already. A wait that closes a cycle is a deadlock and ends the machine
 * (proc/deadlock.h).
 */
void mutex_lock(mutex_t *mutex);

/*
 * The same, but wait until the `ticks`th tick from now at most (counted as in
 * thread_sleep_ticks()); 0 does not wait. During the wait the holder inherits
 * the caller's priority; after a timeout it loses it again. O(1) if the mutex
 * is unlocked, otherwise a step per waiter of lower priority, per link of the
 * chain of holders and per thread with an alarm. Not from an interrupt. Returns
 * EOK; ETIMEDOUT; EINVAL for more than INT32_MAX ticks. Panics if the caller
 * holds it already. Never reports a deadlock, because the wait ends.
 */
errno_t mutex_lock_ticks(mutex_t *mutex, uint32_t ticks);

/*
 * Unlock the mutex. If threads wait, the first becomes the owner and runs at
 * once if its priority is higher than the caller's. Does not wait. O(1), plus a
 * step per mutex still held if the caller ran at an inherited priority. Not
 * from an interrupt. Panics unless the caller holds it.
 */
void mutex_unlock(mutex_t *mutex);

/*
 * Lock the mutex if that needs no waiting. O(1), not from an interrupt. Returns
 * EOK, or EBUSY if any thread holds it, the caller included.
 */
errno_t mutex_trylock(mutex_t *mutex);

/*
 * Called when a thread ends: mark all mutexes that it holds as locked for ever,
 * and report them. Interrupts masked.
 */
void mutex_orphan_all(struct thread *thread);

/*
 * Called when a base priority or a waiter has changed: recompute the thread's
 * priority, and that of the holders that it waits for. Interrupts masked.
 */
void mutex_update_priority(struct thread *thread);

#endif
