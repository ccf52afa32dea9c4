/* SPDX-License-Identifier: MIT */
/*
 * Spinlock with interrupt save, for what threads share with interrupts. On the
 * one CPU that runs, masking interrupts is the whole lock, and nobody ever
 * spins; the lock word is there to catch misuse. A second CPU would need an
 * atomic exchange in it.
 *
 * Hold it for a few instructions, and do not block while holding it: that is
 * caught when the next thread wants it, as misuse of a lock that is taken.
 */
#ifndef PROC_SPINLOCK_H
#define PROC_SPINLOCK_H

#include <types.h>

struct thread;

typedef struct spinlock {
    bool locked;
    struct thread *owner; /* who locked it last; NULL: before threads ran */
    const char *name;
} spinlock_t;

/* Prepare a spinlock, free; `name` (or NULL) appears in messages and must live on. All zero is a
 * free one, too. O(1), from anywhere. */
void spinlock_init(spinlock_t *lock, const char *name);

/*
 * Mask interrupts and take the lock; returns whether they were enabled, for
 * spinlock_unlock(). O(1), never blocks, from anywhere. Panics when it is
 * taken: on one CPU, that can only be a deadlock.
 */
bool spinlock_lock(spinlock_t *lock);

/* Take the lock if it is free: true, with *enabled as above; else false, nothing changed. O(1),
 * from anywhere. */
bool spinlock_trylock(spinlock_t *lock, bool *enabled);

/* Give it back and restore interrupts. O(1), from anywhere. Panics when it is not taken. */
void spinlock_unlock(spinlock_t *lock, bool enabled);

#endif
