/* SPDX-License-Identifier: MIT */
/*
 * Creation and end of threads. All state changes happen with interrupts masked.
 * Nothing here loops over threads.
 *
 * Joining a thread frees its stack and object. A detached thread that ends frees
 * them itself, while it still runs on that stack: interrupts are masked and there
 * is one CPU, so no other thread can take them before sched_exit() has switched.
 */
#include <proc/thread.h>

#include <arch/cpu.h>
#include <debug.h>
#include <exc.h>
#include <proc/alarm.h>
#include <proc/deadlock.h>
#include <proc/mutex.h>
#include <proc/overflow.h>
#include <proc/sched.h>
#include <proc/stack_check.h>
#include <proc/thread_object.h>

/* The first function of every thread. */
static void thread_main(void *arg)
{
    thread_t *self = arg;

    thread_finish(self->entry(self->data));
}

/* Free an ended thread's stack and object. Interrupts masked. */
static void release(thread_t *thread)
{
    overflow_check_ended(thread);
    kstack_free(thread->stack);
    thread_object_free(thread);
}

errno_t thread_create(thread_t **out, thread_entry_func_t entry, void *data, unsigned flags,
                      const char *name)
{
    unsigned priority = THREAD_PRIORITY_DEFAULT;

    panic_if(cpu_local()->irq_depth != 0, "an interrupt creates a thread, which only threads may");
    if (flags >> THREAD_PRIORITY_SHIFT != 0)
        priority = (flags >> THREAD_PRIORITY_SHIFT) - 1;
    if (out == NULL || entry == NULL || name == NULL || priority > THREAD_PRIORITY_MAX ||
        (flags & ((1u << THREAD_PRIORITY_SHIFT) - 1) & ~THREAD_DETACHED) != 0)
        return EINVAL;
    bool enabled = interrupts_disable();

    struct kstack *stack = kstack_alloc();
    thread_t *thread = stack == NULL ? NULL : thread_object_alloc();

    if (thread == NULL)
        goto no_memory;
    thread->stack = stack;
    thread->entry = entry;
    thread->data = data;
    thread->flags = flags;
    thread->base_priority = (uint8_t)priority;
    for (size_t i = 0; i < THREAD_NAME_MAX_LENGTH && name[i] != '\0'; i++)
        thread->name[i] = name[i];
    stack->owner = thread;
    list_init(&thread->held);
    sched_set_priority(thread, priority);
    arch_context_init(&thread->context, stack->base + stack->bytes, thread_main, thread);
    *out = thread;
    sched_ready(thread);
    sched_restore(enabled);
    return EOK;

no_memory:
    if (stack != NULL)
        kstack_free(stack);
    interrupts_restore(enabled);
    return ENOMEM;
}

thread_t *thread_get_current(void)
{
    return cpu_local()->thread;
}

void thread_suspend(void)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    bool enabled = interrupts_disable();

    thread_get_current()->state = THREAD_SUSPENDED;
    sched_switch();
    interrupts_restore(enabled);
}

errno_t thread_sleep_ticks(uint32_t ticks)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    if (ticks > WAIT_TICKS_MAX)
        return EINVAL;
    if (ticks == 0) {
        thread_yield();
        return EOK;
    }
    bool enabled = interrupts_disable();

    sched_refuse_masked(enabled);
    thread_get_current()->state = THREAD_SLEEPING;
    alarm_set(ticks);
    sched_switch();
    interrupts_restore(enabled);
    return EOK;
}

/* Whether a caller's pointer can be that of a thread, present or gone. */
static bool is_pointer_ok(const thread_t *thread)
{
    return thread != NULL && thread_object_is_one(thread);
}

static bool has_ended(const thread_t *thread)
{
    enum thread_state state = *(const volatile enum thread_state *)&thread->state;

    return state >= THREAD_FINISHED;
}

errno_t thread_wakeup(thread_t *thread)
{
    if (thread == NULL)
        return EINVAL;
    bool enabled = interrupts_disable();
    errno_t err = has_ended(thread) ? EEXITED : EOK;

    if (thread->state == THREAD_SUSPENDED)
        sched_ready(thread);
    sched_restore(enabled);
    return err;
}

errno_t thread_set_priority(thread_t *thread, unsigned priority)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    if (!is_pointer_ok(thread) || priority > THREAD_PRIORITY_MAX || sched_is_idle(thread))
        return EINVAL;
    bool enabled = interrupts_disable();
    errno_t err = has_ended(thread) ? EEXITED : EOK;

    if (err == EOK) {
        thread->base_priority = (uint8_t)priority;
        mutex_update_priority(thread);
    }
    sched_restore(enabled);
    return err;
}

unsigned thread_get_priority(const thread_t *thread)
{
    return thread->priority;
}

/* Mark a thread that is in no queue as ended, and wake its joiner. A detached thread is freed.
 * Interrupts masked. */
static void end(thread_t *thread, enum thread_state state)
{
    mutex_orphan_all(thread);
    thread->state = state;
    if ((thread->flags & THREAD_DETACHED) != 0)
        release(thread);
    else if (thread->joiner != NULL)
        sched_ready(thread->joiner);
}

/* End the running thread. */
static _Noreturn void end_self(enum thread_state state)
{
    stack_check_own();
    end(thread_get_current(), state);
    sched_exit();
}

_Noreturn void thread_finish(void *retval)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    thread_t *self = thread_get_current();

    interrupts_disable();
    self->retval = retval;
    end_self(THREAD_FINISHED);
}

bool thread_has_finished(thread_t *thread)
{
    return thread != NULL && has_ended(thread);
}

/* In place of a number of ticks. */
#define FOR_EVER UINT32_MAX

static thread_t *joined_thread(const void *object)
{
    return (thread_t *)(uintptr_t)object;
}

static const char *joined_name(const void *object)
{
    return ((const thread_t *)object)->name;
}

static void abandon_join(void *object, thread_t *joiner, bool granted)
{
    (void)joiner;
    (void)granted;
    ((thread_t *)object)->joiner = NULL; /* another thread may join it */
}

static const struct wait_class join_class = {.noun = "the end of thread",
                                             .holder = joined_thread,
                                             .name = joined_name,
                                             .abandon = abandon_join};

/* Wait for a thread that has no joiner and has not ended. Interrupts masked; `enabled` before. */
static errno_t await_end(thread_t *thread, uint32_t ticks, bool enabled)
{
    if (ticks == 0)
        return ETIMEDOUT;
    if (ticks == FOR_EVER && deadlock_closes_cycle(thread))
        return EDEADLK;
    thread->joiner = thread_get_current();
    wait_prepare(NULL, &join_class, thread);
    if (ticks != FOR_EVER)
        return wait_block_ticks(ticks, enabled);
    wait_block(enabled); /* only its end makes this thread ready */
    return EOK;
}

static errno_t join(thread_t *thread, void **retval, uint32_t ticks)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    if (!is_pointer_ok(thread) || thread == thread_get_current() ||
        (thread->flags & THREAD_DETACHED) != 0)
        return EINVAL;
    bool enabled = interrupts_disable();
    errno_t err = EOK;

    if (thread->state == THREAD_GONE)
        err = EINVAL;
    else if (thread->joiner != NULL)
        err = EBUSY;
    else if (!has_ended(thread))
        err = await_end(thread, ticks, enabled);
    if (err == EOK) {
        if (thread->state == THREAD_KILLED)
            err = EKILLED;
        else if (retval != NULL)
            *retval = thread->retval;
        release(thread);
    }
    interrupts_restore(enabled);
    return err;
}

errno_t thread_join(thread_t *thread, void **retval)
{
    return join(thread, retval, FOR_EVER);
}

errno_t thread_join_ticks(thread_t *thread, void **retval, uint32_t ticks)
{
    return ticks > WAIT_TICKS_MAX ? EINVAL : join(thread, retval, ticks);
}

/* Remove a thread that is not running from every queue. Interrupts masked. */
static void leave_queues(thread_t *thread)
{
    enum thread_state state = thread->state;

    if (state == THREAD_READY)
        sched_remove(thread);
    else if (link_is_connected(&thread->link)) /* waiting for a lock */
        list_remove(&thread->link);
    alarm_cancel(thread);
    /* Set first, so that code called below does not find it waiting, or wake it. */
    thread->state = THREAD_KILLED;
    const struct wait_class *class = thread->wait.class;

    if (class != NULL && class->abandon != NULL)
        class->abandon(thread->wait.object, thread, state == THREAD_READY);
    thread->wait.class = NULL;
}

errno_t thread_kill(thread_t *thread)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    if (!is_pointer_ok(thread) || sched_is_idle(thread))
        return EINVAL;
    bool enabled = interrupts_disable();

    if (has_ended(thread)) {
        interrupts_restore(enabled);
        return EEXITED;
    }
    if (thread == thread_get_current())
        end_self(THREAD_KILLED);
    leave_queues(thread);
    end(thread, THREAD_KILLED);
    sched_restore(enabled);
    return EOK;
}

void thread_end_current_in_trap(void)
{
    end(thread_get_current(), THREAD_KILLED);
    sched_leave_current();
}
