/* SPDX-License-Identifier: MIT */
/*
 * Counting semaphore. A unit posted while threads wait goes directly to the
 * first of them: the value stays 0, and no thread can overtake. Units have no
 * owner, so there is no priority inheritance, and units that a killed thread
 * had taken are lost. Not detected: use without sem_init().
 */
#ifndef PROC_SEM_H
#define PROC_SEM_H

#include <errno.h>
#include <proc/wait.h>
#include <types.h>

typedef struct sem {
    struct wait_queue waiters;
    int value; /* >= 0; 0 while threads wait */
} sem_t;

/* Prepare a semaphore with `value` units. O(1), from anywhere. Returns EOK; EINVAL for NULL and for
 * a negative value. */
errno_t sem_init(sem_t *sem, int value);

/* The same, from anywhere, with a name for messages (or NULL), which must stay valid. */
errno_t sem_init_with(sem_t *sem, int value, const char *name);

/* End its use. O(1), not from an interrupt. Panics if threads wait for it. */
void sem_destroy(sem_t *sem);

/* The present number of units; 0 while threads wait. O(1), from anywhere. */
int sem_get_value(sem_t *sem);

/*
 * Take a unit, waiting until one is available. O(1), or a step per waiter of
 * lower priority. Not from an interrupt.
 */
void sem_wait(sem_t *sem);

/*
 * Take a unit, waiting until the `ticks`th tick from now at most (counted as in
 * thread_sleep_ticks()); 0 does not wait. A unit granted in time is kept even
 * if the thread runs only later. O(1) if one is available, otherwise a step per
 * waiter of lower priority and per thread with an alarm. Not from an interrupt.
 * Returns EOK; ETIMEDOUT; EINVAL for more than INT32_MAX ticks.
 */
errno_t sem_wait_ticks(sem_t *sem, uint32_t ticks);

/* Take a unit if one is available. O(1), from anywhere. Returns EOK, or EBUSY if there is none. */
errno_t sem_trywait(sem_t *sem);

/* Add a unit, or give it to the first waiter. O(1), never blocks, from anywhere, also from an
 * interrupt. Panics at INT_MAX units. */
void sem_post(sem_t *sem);

#endif
