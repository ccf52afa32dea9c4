/* SPDX-License-Identifier: MIT */
/*
 * Condition variables. Interrupts stay masked while the mutex is unlocked and the
 * thread is queued, so no signal can come in between.
 */
#include <proc/cond.h>

#include <arch/cpu.h>
#include <debug.h>
#include <exc.h>
#include <proc/preempt.h>
#include <proc/sched.h>
#include <proc/thread.h>

static const char *name(const void *object)
{
    return ((const cond_t *)object)->waiters.name;
}

static void abandon(void *object, thread_t *thread, bool granted)
{
    (void)thread;
    if (granted)
        cond_signal(object); /* the signal was for any of the waiters */
}

static const struct wait_class cond_class = {.noun = "condition", .name = name, .abandon = abandon};

errno_t cond_init_with(cond_t *cond, const char *cond_name)
{
    if (cond == NULL)
        return EINVAL;
    wait_queue_init(&cond->waiters, cond_name != NULL ? cond_name : "unnamed");
    return EOK;
}

errno_t cond_init(cond_t *cond)
{
    return cond_init_with(cond, NULL);
}

void cond_destroy(cond_t *cond)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    const thread_t *self = sched_current();
    const thread_t *first = wait_first(&cond->waiters);

    panic_if(first != NULL,
             "cond_destroy: thread %u \"%s\" waits for condition \"%s\" (%p); called by thread %u "
             "\"%s\"",
             first->id, first->name, cond->waiters.name, (void *)cond, self->id, self->name);
}

void cond_wait(cond_t *cond, mutex_t *mutex)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    preempt_point();
    bool enabled = interrupts_disable();

    /* With interrupts masked, a thread that unlock wakes cannot run before wait_block(). */
    mutex_unlock(mutex);
    wait_prepare(&cond->waiters, &cond_class, cond);
    wait_block(enabled);
    interrupts_restore(enabled);
    mutex_lock(mutex);
}

errno_t cond_wait_ticks(cond_t *cond, mutex_t *mutex, uint32_t ticks)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    if (ticks > WAIT_TICKS_MAX)
        return EINVAL;
    preempt_point();
    bool enabled = interrupts_disable();
    errno_t err = ETIMEDOUT;

    mutex_unlock(mutex);
    if (ticks > 0) {
        wait_prepare(&cond->waiters, &cond_class, cond);
        err = wait_block_ticks(ticks, enabled);
    }
    interrupts_restore(enabled);
    mutex_lock(mutex);
    return err;
}

void cond_signal(cond_t *cond)
{
    preempt_point();
    bool enabled = interrupts_disable();

    (void)wait_wake_first(&cond->waiters);
    sched_restore(enabled);
    preempt_point();
}

void cond_broadcast(cond_t *cond)
{
    preempt_point();
    bool enabled = interrupts_disable();

    while (wait_wake_first(&cond->waiters) != NULL)
        ;
    sched_restore(enabled);
    preempt_point();
}
