/* SPDX-License-Identifier: MIT */
/*
 * Mutexes. A thread's priority is the highest of its own priority and those of the
 * first waiters of the inheriting mutexes that it holds. When one of these changes,
 * mutex_update_priority() recomputes it and continues with the holder that this
 * thread waits for, until nothing changes. Locking a free mutex does not need this:
 * it only links the mutex to its owner.
 */
#include <proc/mutex.h>

#include <arch/cpu.h>
#include <config/mutex_pi.h>
#include <debug.h>
#include <exc.h>
#include <lib/print.h>
#include <proc/deadlock.h>
#include <proc/preempt.h>
#include <proc/sched.h>
#include <proc/thread.h>
#include <proc/thread_object.h>

/* The owner of a mutex whose owner ended. Never run, never dereferenced as a thread. */
static const char orphan;
#define ORPHAN ((thread_t *)(uintptr_t)&orphan)

static thread_t *holder(const void *object)
{
    thread_t *owner = ((const mutex_t *)object)->owner;

    return owner == ORPHAN ? NULL : owner;
}

static const char *name(const void *object)
{
    return ((const mutex_t *)object)->waiters.name;
}

static void hand_over(mutex_t *mutex);

static void abandon(void *object, thread_t *thread, bool granted)
{
    mutex_t *mutex = object;

    if (granted) {
        list_remove(&mutex->held_link);
        hand_over(mutex);
    } else if (mutex->owner != ORPHAN) {
        mutex_update_priority(mutex->owner); /* it may have inherited this thread's priority */
    }
    (void)thread;
}

static const struct wait_class mutex_class = {
    .noun = "mutex", .holder = holder, .name = name, .abandon = abandon};

errno_t mutex_init_with(mutex_t *mutex, bool inherits, const char *mutex_name)
{
    if (mutex == NULL)
        return EINVAL;
    wait_queue_init(&mutex->waiters, mutex_name != NULL ? mutex_name : "unnamed");
    mutex->owner = NULL;
    link_init(&mutex->held_link);
    mutex->inherits = inherits;
    return EOK;
}

errno_t mutex_init(mutex_t *mutex)
{
    return mutex_init_with(mutex, CONFIG_MUTEX_PI, NULL);
}

/* Report misuse: the mutex, its holder, and the caller. */
static _Noreturn void misuse(const mutex_t *mutex, const char *what)
{
    const thread_t *self = sched_current();
    const thread_t *owner = mutex->owner;

    if (owner == NULL)
        panic("%s: mutex \"%s\" (%p) is not held; called by thread %u \"%s\"", what,
              mutex->waiters.name, (const void *)mutex, self->id, self->name);
    if (owner == ORPHAN)
        panic(
            "%s: mutex \"%s\" (%p) is held by a thread that has ended; called by thread %u \"%s\"",
            what, mutex->waiters.name, (const void *)mutex, self->id, self->name);
    panic("%s: mutex \"%s\" (%p) is held by thread %u \"%s\"; called by thread %u \"%s\"", what,
          mutex->waiters.name, (const void *)mutex, owner->id, owner->name, self->id, self->name);
}

void mutex_destroy(mutex_t *mutex)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    if (mutex->owner != NULL)
        misuse(mutex, "mutex_destroy of a locked mutex");
}

static void take(mutex_t *mutex, thread_t *thread)
{
    mutex->owner = thread;
    list_append(&thread->held, &mutex->held_link);
}

/* Pass a mutex that is in no list of held mutexes to its first waiter. */
static void hand_over(mutex_t *mutex)
{
    thread_t *next = wait_wake_first(&mutex->waiters);

    mutex->owner = NULL;
    if (next != NULL)
        take(mutex, next); /* no waiter is above it: nothing to inherit yet */
}

/* Queue the running thread for a mutex that is held. */
static void queue_for(mutex_t *mutex, const thread_t *self)
{
    if (mutex->owner == self)
        misuse(mutex, "mutex_lock of a mutex that the caller holds");
    wait_prepare(&mutex->waiters, &mutex_class, mutex);
    if (mutex->owner != ORPHAN)
        mutex_update_priority(mutex->owner);
}

/* Separate from mutex_lock(), so that locking a free mutex saves fewer registers. */
__attribute__((noinline)) static void lock_held(mutex_t *mutex, const thread_t *self, bool enabled)
{
    queue_for(mutex, self);
    deadlock_check();
    wait_block(enabled);
}

void mutex_lock(mutex_t *mutex)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    preempt_point();
    bool enabled = interrupts_disable();
    thread_t *self = sched_current();

    if (mutex->owner == NULL)
        take(mutex, self);
    else
        lock_held(mutex, self, enabled);
    interrupts_restore(enabled);
    preempt_point();
}

errno_t mutex_lock_ticks(mutex_t *mutex, uint32_t ticks)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    if (ticks > WAIT_TICKS_MAX)
        return EINVAL;
    preempt_point();
    bool enabled = interrupts_disable();
    thread_t *self = sched_current();
    errno_t err = EOK;

    if (mutex->owner == NULL) {
        take(mutex, self);
    } else if (ticks == 0 && mutex->owner != self) {
        err = ETIMEDOUT;
    } else {
        queue_for(mutex, self);
        err = wait_block_ticks(ticks, enabled);
    }
    interrupts_restore(enabled);
    preempt_point();
    return err;
}

errno_t mutex_trylock(mutex_t *mutex)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    preempt_point();
    bool enabled = interrupts_disable();
    errno_t err = mutex->owner == NULL ? EOK : EBUSY;

    if (err == EOK)
        take(mutex, sched_current());
    interrupts_restore(enabled);
    preempt_point();
    return err;
}

void mutex_unlock(mutex_t *mutex)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    preempt_point();
    bool enabled = interrupts_disable();
    thread_t *self = sched_current();

    if (mutex->owner != self)
        misuse(mutex, "mutex_unlock by a thread that does not hold it");
    list_remove(&mutex->held_link);
    if (list_is_empty(&mutex->waiters.threads)) {
        mutex->owner = NULL;
        interrupts_restore(enabled);
    } else {
        hand_over(mutex);
        if (self->priority != self->base_priority)
            mutex_update_priority(self);
        sched_restore(enabled);
    }
    preempt_point();
}

void mutex_orphan_all(thread_t *thread)
{
    link_t *link;

    while ((link = list_pop(&thread->held)) != NULL) {
        mutex_t *mutex = list_item(link, mutex_t, held_link);

        mutex->owner = ORPHAN;
        printk("[mutex] thread %u \"%s\" has ended and leaves mutex \"%s\" (%p) locked for ever\n",
               thread->id, thread->name, mutex->waiters.name, (void *)mutex);
    }
}

/* The priority in force for a thread, inheritance included. */
static unsigned rightful_priority(const thread_t *thread)
{
    unsigned priority = thread->base_priority;

    for (const link_t *at = thread->held.head.next; at != &thread->held.head; at = at->next) {
        const mutex_t *mutex = list_item(at, mutex_t, held_link);
        const thread_t *first = wait_first(&mutex->waiters);

        if (mutex->inherits && first != NULL && first->priority > priority)
            priority = first->priority;
    }
    return priority;
}

void mutex_update_priority(thread_t *thread)
{
    /* Bounded, because a chain of holders is a ring if a deadlock handler ignored the deadlock. */
    for (size_t i = thread_object_count(); i > 0 && thread != NULL; i--) {
        unsigned priority = rightful_priority(thread);

        if (priority == thread->priority)
            return;
        unsigned level = thread->level;

        sched_set_priority(thread, priority);
        if (thread->state != THREAD_BLOCKED)
            return;
        if (thread->level != level)
            wait_reposition(thread);
        thread = thread->wait.class == &mutex_class ? holder(thread->wait.object) : NULL;
    }
}
