/* SPDX-License-Identifier: MIT */
/*
 * Spinlocks on one CPU.
 */
#include <proc/spinlock.h>

#include <debug.h>
#include <exc.h>
#include <proc/sched.h>

static const thread_t nobody = {.name = "boot code"};

void spinlock_init(spinlock_t *lock, const char *name)
{
    *lock = (spinlock_t){.name = name};
}

static _Noreturn void misuse(const spinlock_t *lock, const char *what)
{
    const thread_t *self = sched_current() != NULL ? sched_current() : &nobody;
    const thread_t *owner = lock->owner != NULL ? lock->owner : &nobody;

    panic("%s: spinlock \"%s\" (%p), last taken by thread %u \"%s\"; called by thread %u \"%s\"%s",
          what, lock->name != NULL ? lock->name : "unnamed", (const void *)lock, owner->id,
          owner->name, self->id, self->name, cpu_local()->irq_depth > 0 ? " in an interrupt" : "");
}

bool spinlock_trylock(spinlock_t *lock, bool *enabled)
{
    bool before = interrupts_disable();

    if (lock->locked) {
        interrupts_restore(before);
        return false;
    }
    lock->locked = true;
    lock->owner = sched_current();
    *enabled = before;
    return true;
}

bool spinlock_lock(spinlock_t *lock)
{
    bool enabled;

    if (!spinlock_trylock(lock, &enabled))
        misuse(lock, "spinlock_lock of one that is taken");
    return enabled;
}

void spinlock_unlock(spinlock_t *lock, bool enabled)
{
    if (!lock->locked)
        misuse(lock, "spinlock_unlock of one that is not taken");
    lock->locked = false;
    interrupts_restore(enabled);
}
