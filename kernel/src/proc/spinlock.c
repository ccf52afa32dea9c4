/* SPDX-License-Identifier: MIT */
/*
 * Spinlocks on one CPU. Those that are locked form a chain, the one locked last in
 * front, so that the scheduler only compares a pointer with NULL.
 */
#include <proc/spinlock.h>

#include <debug.h>
#include <debug/symbols.h>
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

_Noreturn void spinlock_report_kept(const char *when)
{
    const spinlock_t *lock = cpu_local()->spinlocks;
    const thread_t *owner = lock->owner != NULL ? lock->owner : &nobody;
    size_t offset = 0;
    const char *function = symbol_find((uintptr_t)lock->taken_at, &offset);

    panic("spinlock \"%s\" (%p), taken in %s+0x%zx while thread %u \"%s\" ran, is still held %s",
          lock->name != NULL ? lock->name : "unnamed", (const void *)lock,
          function != NULL ? function : "?", offset, owner->id, owner->name, when);
}

static bool take(spinlock_t *lock, bool *enabled, const void *caller)
{
    bool before = interrupts_disable();

    if (lock->locked) {
        interrupts_restore(before);
        return false;
    }
    lock->locked = true;
    lock->owner = sched_current();
    lock->taken_at = caller;
    lock->outer = cpu_local()->spinlocks;
    cpu_local()->spinlocks = lock;
    *enabled = before;
    return true;
}

bool spinlock_trylock(spinlock_t *lock, bool *enabled)
{
    return take(lock, enabled, __builtin_return_address(0));
}

bool spinlock_lock(spinlock_t *lock)
{
    bool enabled;

    if (!take(lock, &enabled, __builtin_return_address(0)))
        misuse(lock, "spinlock_lock of one that is taken");
    return enabled;
}

void spinlock_unlock(spinlock_t *lock, bool enabled)
{
    if (!lock->locked)
        misuse(lock, "spinlock_unlock of one that is not taken");
    spinlock_t **at = &cpu_local()->spinlocks;

    while (*at != lock)
        at = &(*at)->outer;
    *at = lock->outer;
    lock->locked = false;
    interrupts_restore(enabled);
}
