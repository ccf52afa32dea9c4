/* SPDX-License-Identifier: MIT */
/*
 * Condition variable: wait for something to become true of what a mutex
 * protects. A signal wakes the first waiter, which then takes the mutex like
 * anybody else; in between another thread may have changed things, so callers
 * wait in a loop (Mesa semantics: Lampson, Redell 1980). A signal without waiter
 * is forgotten. Used without cond_init(): not detected.
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

/* The same, from anywhere, with a name for messages, which must live on (or NULL). */
errno_t cond_init_with(cond_t *cond, const char *name);

/* End its use. O(1), not from an interrupt. Panics when threads wait for it. */
void cond_destroy(cond_t *cond);

/*
 * Give the mutex back and wait for a signal, in one step: no signal in between
 * is lost; then take the mutex again. Not from an interrupt. Panics unless the
 * caller holds the mutex.
 */
void cond_wait(cond_t *cond, mutex_t *mutex);

/*
 * The same, but wait for a signal only until the `ticks`th tick from now (as
 * thread_sleep_ticks() counts); 0 gives the mutex back and takes it again. Then
 * takes the mutex, however long that takes. Not from an interrupt. Returns EOK
 * when signalled; ETIMEDOUT; EINVAL for more than INT32_MAX ticks (the mutex is
 * then still the caller's). Panics unless the caller holds the mutex.
 */
errno_t cond_wait_ticks(cond_t *cond, mutex_t *mutex, uint32_t ticks);

/* Wake the first waiter, if there is one. O(1), never blocks, from anywhere. Wants no mutex, though
 * most uses do. */
void cond_signal(cond_t *cond);

/* Wake all who wait now. O(waiters), never blocks, from anywhere. */
void cond_broadcast(cond_t *cond);

#endif
