/* SPDX-License-Identifier: MIT */
/*
 * Semaphores.
 */
#include <proc/sem.h>

#include <arch/cpu.h>
#include <debug.h>
#include <exc.h>
#include <proc/preempt.h>
#include <proc/sched.h>
#include <proc/thread.h>

static const char *name(const void *object)
{
    return ((const sem_t *)object)->waiters.name;
}

static void abandon(void *object, thread_t *thread, bool granted)
{
    (void)thread;
    if (granted)
        sem_post(object);
}

static const struct wait_class sem_class = {.noun = "semaphore", .name = name, .abandon = abandon};

errno_t sem_init_with(sem_t *sem, int value, const char *sem_name)
{
    if (sem == NULL || value < 0)
        return EINVAL;
    wait_queue_init(&sem->waiters, sem_name != NULL ? sem_name : "unnamed");
    sem->value = value;
    return EOK;
}

errno_t sem_init(sem_t *sem, int value)
{
    return sem_init_with(sem, value, NULL);
}

void sem_destroy(sem_t *sem)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    const thread_t *self = sched_current();
    const thread_t *first = wait_first(&sem->waiters);

    panic_if(
        first != NULL,
        "sem_destroy: thread %u \"%s\" waits for semaphore \"%s\" (%p); called by thread %u \"%s\"",
        first->id, first->name, sem->waiters.name, (void *)sem, self->id, self->name);
}

int sem_get_value(sem_t *sem)
{
    return *(volatile int *)&sem->value;
}

void sem_wait(sem_t *sem)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    preempt_point();
    bool enabled = interrupts_disable();

    if (sem->value > 0) {
        sem->value--;
    } else {
        wait_prepare(&sem->waiters, &sem_class, sem);
        wait_block(enabled);
    }
    interrupts_restore(enabled);
    preempt_point();
}

errno_t sem_wait_ticks(sem_t *sem, uint32_t ticks)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    if (ticks > WAIT_TICKS_MAX)
        return EINVAL;
    preempt_point();
    bool enabled = interrupts_disable();
    errno_t err = EOK;

    if (sem->value > 0) {
        sem->value--;
    } else if (ticks == 0) {
        err = ETIMEDOUT;
    } else {
        wait_prepare(&sem->waiters, &sem_class, sem);
        err = wait_block_ticks(ticks, enabled);
    }
    interrupts_restore(enabled);
    preempt_point();
    return err;
}

errno_t sem_trywait(sem_t *sem)
{
    preempt_point();
    bool enabled = interrupts_disable();
    errno_t err = sem->value > 0 ? EOK : EBUSY;

    if (err == EOK)
        sem->value--;
    interrupts_restore(enabled);
    preempt_point();
    return err;
}

void sem_post(sem_t *sem)
{
    preempt_point();
    bool enabled = interrupts_disable();

    if (list_is_empty(&sem->waiters.threads)) {
        panic_if(sem->value == __INT_MAX__, "sem_post: semaphore \"%s\" (%p) has INT_MAX units",
                 sem->waiters.name, (void *)sem);
        sem->value++;
        interrupts_restore(enabled);
    } else {
        (void)wait_wake_first(&sem->waiters);
        sched_restore(enabled);
    }
    preempt_point();
}
