/* SPDX-License-Identifier: MIT */
/*
 * Counting semaphore. A unit that is posted while threads wait goes to the
 * first of them directly: the value stays 0, and nobody overtakes. Nobody owns
 * a unit, so there is no priority inheritance, and units that a thread had taken
 * when it was killed are gone. Used without sem_init(): not detected.
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

/* The same, from anywhere, with a name for messages, which must live on (or NULL). */
errno_t sem_init_with(sem_t *sem, int value, const char *name);

/* End its use. O(1), not from an interrupt. Panics when threads wait for it. */
void sem_destroy(sem_t *sem);

/* How many units there are now; 0 while threads wait. O(1), from anywhere. */
int sem_get_value(sem_t *sem);

/* Take a unit, waiting until there is one. O(1), or a step per waiter of lower priority. Not from
 * an interrupt. */
void sem_wait(sem_t *sem);

/*
 * Take a unit, waiting until the `ticks`th tick from now at most (as
 * thread_sleep_ticks() counts), 0 being a look. Who is given a unit in time
 * has it, even when it runs only later. O(1) when there is one, else a step per
 * waiter of lower priority and per thread that waits for a tick. Not from an
 * interrupt. Returns EOK; ETIMEDOUT; EINVAL for more than INT32_MAX ticks.
 */
errno_t sem_wait_ticks(sem_t *sem, uint32_t ticks);

/* Take a unit if there is one. O(1), from anywhere. Returns EOK, or EBUSY when there is none. */
errno_t sem_trywait(sem_t *sem);

/* Add a unit, or give it to the first waiter. O(1), never blocks, from anywhere, also from an
 * interrupt. Panics at INT_MAX units. */
void sem_post(sem_t *sem);

#endif
