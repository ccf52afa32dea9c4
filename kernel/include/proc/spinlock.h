/* SPDX-License-Identifier: MIT */
/*
 * Spinlock that masks interrupts, for data shared between threads and
 * interrupts. With one CPU, masking interrupts is the whole lock and it never
 * spins; the lock word only detects misuse. A second CPU would need an atomic
 * exchange.
 *
 * Hold it for a few instructions. A thread that gives up the CPU or ends while it
 * holds one panics, and so does an interrupt whose handler returns with one.
 */
#ifndef PROC_SPINLOCK_H
#define PROC_SPINLOCK_H

#include <arch/cpu.h>
#include <config/course.h>
#include <types.h>

struct thread;

typedef struct spinlock {
    bool locked;
    struct thread *owner; /* the last thread that locked it; NULL before threads run */
    const char *name;
    const void *taken_at;   /* where it was locked last */
    struct spinlock *outer; /* while locked: the one locked before it, of those still locked */
} spinlock_t;

/*
 * Prepare a spinlock, unlocked; `name` (or NULL) appears in messages and must
 * stay valid. A spinlock of all zeros is also valid and unlocked. O(1), from
 * anywhere.
 */
void spinlock_init(spinlock_t *lock, const char *name);

/*
 * Mask interrupts and lock. Returns whether interrupts were enabled, for
 * spinlock_unlock(). O(1), never blocks, from anywhere. Panics if it is locked:
 * on one CPU, that can only be a deadlock.
 */
bool spinlock_lock(spinlock_t *lock);

/*
 * Lock if it is unlocked. Returns true, with *enabled as above; otherwise
 * false, with nothing changed. O(1), from anywhere.
 */
bool spinlock_trylock(spinlock_t *lock, bool *enabled);

/*
 * Unlock and restore interrupts. O(1) for the one locked last, otherwise a step
 * per spinlock locked after it. From anywhere. Panics if it is not locked.
 */
void spinlock_unlock(spinlock_t *lock, bool enabled);

/* The report of spinlock_check_none(). From anywhere. */
_Noreturn void spinlock_report_kept(const char *when);

/*
 * Panic if a spinlock is locked; `when` ends the message. Not with COURSE=1, to
 * save memory. O(1), from anywhere with interrupts masked.
 */
static inline void spinlock_check_none(const char *when)
{
    if (!CONFIG_COURSE && cpu_local()->spinlocks != NULL)
        spinlock_report_kept(when);
}

#endif
