/* SPDX-License-Identifier: MIT */
/*
 * Condition variable: wait until a condition on data that a mutex protects
 * becomes true. A signal wakes the first waiter, which then locks the mutex
 * like any other thread. Another thread may change the data in between, so
 * callers wait in a loop (Mesa semantics: Lampson, Redell 1980). A signal
 * without a waiter has no effect. Not detected: use without cond_init().
 */
#ifndef PROC_COND_H
#define PROC_COND_H

#include <errno.h>
#include <proc/mutex.h>
#include <proc/wait.h>

typedef struct cond {
    struct wait_queue waiters;
} cond_t;

/* Prepare a condition variable. O(1), from anywhere. Returns EOK; EINVAL for NULL. */
errno_t cond_init(cond_t *cond);

/* The same, from anywhere, with a name for messages (or NULL), which must stay valid. */
errno_t cond_init_with(cond_t *cond, const char *name);

/* End its use. O(1), not from an interrupt. Panics if threads wait for it. */
void cond_destroy(cond_t *cond);

/*
 * Unlock the mutex and wait for a signal in one step, so that no signal in
 * between is lost; then lock the mutex again. Not from an interrupt. Panics
 * unless the caller holds the mutex.
 */
void cond_wait(cond_t *cond, mutex_t *mutex);

/*
 * The same, but wait for a signal only until the `ticks`th tick from now
 * (counted as in thread_sleep_ticks()); 0 unlocks the mutex and locks it again.
 * Locking it again has no time limit. Not from an interrupt. Returns EOK if
 * signalled; ETIMEDOUT; EINVAL for more than INT32_MAX ticks (the mutex is then
 * still locked). Panics unless the caller holds the mutex.
 */
errno_t cond_wait_ticks(cond_t *cond, mutex_t *mutex, uint32_t ticks);

/*
 * Wake the first waiter, if any. O(1), never blocks, from anywhere. The caller
 * need not hold the mutex, though most do.
 */
void cond_signal(cond_t *cond);

/* Wake all present waiters. O(waiters), never blocks, from anywhere. */
void cond_broadcast(cond_t *cond);

#endif
